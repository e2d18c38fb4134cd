"""Rating learners in skills by their attempts, and how well that foresees what comes next."""
