// C shims of CDigest.
