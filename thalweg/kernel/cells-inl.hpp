// A vector of cells of a design as doubles. To be included inside the namespace of a Highway target,
// with hn in scope.

// The tag is a parameter for single lanes beside whole vectors.

template <class D>
HWY_INLINE hn::Vec<D> load_cells(D d, const UnalignedDouble* from) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(d, *from);
#else
  return hn::BitCast(d, hn::LoadU(hn::Repartition<uint8_t, D>(), from->bytes));
#endif
}
template <class D>
HWY_INLINE hn::Vec<D> load_cells(D d, const double* from) {
  return hn::LoadU(d, from);
}
template <class D>
HWY_INLINE hn::Vec<D> load_cells(D d, const float* from) {
  return hn::PromoteTo(d, hn::LoadU(hn::Rebind<float, D>(), from));
}
