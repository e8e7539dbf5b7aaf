"""The lab's kit, made and graded with nbgrader in an environment of its own."""
