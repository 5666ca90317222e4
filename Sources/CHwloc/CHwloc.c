// C shims of CHwloc.
