"""What is looked at: plots, explorers, the playground. matplotlib and ipywidgets are imported here and nowhere else."""
