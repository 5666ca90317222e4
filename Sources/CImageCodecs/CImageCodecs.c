// C shims of CImageCodecs.
