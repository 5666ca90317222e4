// C shims of COneDNN.
