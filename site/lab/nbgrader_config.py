"""nbgrader's settings for the lab; nbgrader reads this file in the folder in which it is called."""

c = get_config()  # noqa: F821  nbgrader provides it

c.CourseDirectory.course_id = "network-lab"
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Not written yet: put your lines in place of this one.")'}
c.ClearSolutions.text_stub = "*Write your answer in place of this line.*"
c.OverwriteCells.add_missing_cells = True  # a test cell that was deleted is graded all the same
c.Execute.timeout = 300  # seconds for a cell; the checks have shorter limits of their own
# A file labcore.py beside a notebook must not stand in for the installed one: no imports from the notebook's folder.
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--InteractiveShellApp.ignore_cwd=True"]
