// Pooling of tensors stored with the channels innermost: [batch, height, width, channels]. As
// pool.hpp in all else: indices count the places within a plane, row * width + column. float32 and
// bfloat16 (added up in float32 where nothing is said); size.planes is the batch.
#pragma once

#include "thalweg/kernel/pool.hpp"

namespace thalweg {

// The largest numbers, where y is not null, and their places.
void max_pool_channels_last(DType dtype, const PoolSize& size, size_t channels, const void* x,
                            int32_t* indices, void* y);

// Its transpose for windows that do not overlap: dx = 0, then dx[b, indices[b, j, c], c] = dy[b, j,
// c]. Each index is in its window.
void max_pool_transpose_channels_last(DType dtype, const PoolSize& size, size_t channels,
                                      const void* dy, const int32_t* indices, void* dx);

// y[b, j, c] = x[b, indices[b, j, c], c]: x [batch, inputs, channels], the others [batch, outputs,
// channels].
void pool_gather_channels_last(DType dtype, size_t batch, size_t inputs, size_t outputs,
                               size_t channels, const void* x, const int32_t* indices, void* y);

// Its transpose: dx = 0, then dx[b, indices[b, j, c], c] += dy[b, j, c] in the order of j, rounded
// each time.
void pool_scatter_channels_last(DType dtype, size_t batch, size_t inputs, size_t outputs,
                                size_t channels, const void* dy, const int32_t* indices, void* dx);

// The sum of each window divided by its number of points, those of the padding included; and its
// transpose, rounded at each addition.
void average_pool_channels_last(DType dtype, const PoolSize& size, size_t channels, const void* x,
                                void* y);
void average_pool_transpose_channels_last(DType dtype, const PoolSize& size, size_t channels,
                                          const void* dy, void* dx);

}  // namespace thalweg
