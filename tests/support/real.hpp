// Numbers of many digits for tests. Their exponent has 31 bits, so that squares of 1e150, and
// exponentials of large numbers, stay numbers.
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>

namespace thalweg::testing {

template <unsigned bits>
using Float = boost::multiprecision::number<
    boost::multiprecision::cpp_bin_float<bits, boost::multiprecision::digit_base_2, void,
                                         std::int32_t>,
    boost::multiprecision::et_off>;

// 77 decimal digits: 50 are left where half of the problem's conditioning is lost.
using Real = Float<256>;
// 616 digits: for cells of 1e150 and 1e-150 in one column.
using WideReal = Float<2048>;

}  // namespace thalweg::testing
