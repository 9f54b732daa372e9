// Pooling of tensors stored with the channels innermost: [batch, height, width, channels]. As
// pool.hpp in all else: indices count the places within a plane, row * width + column.
#pragma once

#include "thalweg/kernel/pool.hpp"

namespace thalweg {

// float32. size.planes is the batch.
void max_pool_indices_channels_last(const PoolSize& size, size_t channels, const float* x,
                                    int32_t* indices);

// y[b, j, c] = x[b, indices[b, j, c], c]: x [batch, inputs, channels], the others [batch, outputs,
// channels].
void pool_gather_channels_last(size_t batch, size_t inputs, size_t outputs, size_t channels,
                               const float* x, const int32_t* indices, float* y);

// Its transpose: dx = 0, then dx[b, indices[b, j, c], c] += dy[b, j, c] in the order of j.
void pool_scatter_channels_last(size_t batch, size_t inputs, size_t outputs, size_t channels,
                                const float* dy, const int32_t* indices, float* dx);

// The sum of each window divided by its number of points, those of the padding included; and its
// transpose.
void average_pool_channels_last(const PoolSize& size, size_t channels, const float* x, float* y);
void average_pool_transpose_channels_last(const PoolSize& size, size_t channels, const float* dy,
                                          float* dx);

}  // namespace thalweg
