"""The process that delivers mail: alone beside an embedded store, several beside a shared one."""
