#undef VECTOR
#undef BITS
#undef LOAD
#undef STORE
#undef SPLAT
#undef SELECT
#undef MAYBE_UNUSED
