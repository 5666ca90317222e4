#undef EARLIER
#undef LATER
#undef FOUR
#undef EXCHANGE
#undef ALL
#undef TRANSPOSE
