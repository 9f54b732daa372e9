// Layers without options of their own: each a composition.
#pragma once

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

// x w^T + b, x [..., in], w [out, in], b [out] or empty; as in PyTorch.
Symbol dense(Symbol x, Symbol w, Symbol b);

// Rows of the table [rows, feature...] at indices [...]: [..., feature...].
Symbol embedding(Symbol table, Symbol indices);

// Each number is 0 with probability `rate` in [0, 1), else x / (1 - rate). Which ones is a function
// of the row's key (int32 [rows..., 2], rows the leading axes of x), the stream and the place in the
// row (random_uniform in operation.hpp), so that a batch may be split anywhere; streams tell the
// layers of a network apart. Throws Error for another rate.
Symbol dropout(Symbol x, Symbol keys, double rate, uint32_t stream);

enum class Attend : uint8_t { everywhere, causally };  // causally: key j only from queries i >= j

// softmax(q k^T / sqrt(feature)) v: q [..., query, feature], k [..., key, feature],
// v [..., key, value] give [..., query, value]. `mask`, unless empty, is boolean, repeats to
// [..., query, key] and holds where a key is seen. A query that sees none gives NaN, as in PyTorch.
Symbol attention(Symbol q, Symbol k, Symbol v, Attend attend = Attend::everywhere,
                 Symbol mask = {});

}  // namespace thalweg
