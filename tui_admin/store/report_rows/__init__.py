"""SQL of reports: whom they cover, in which order, and their rows, block by block, as columns of facts."""
