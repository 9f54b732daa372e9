// The elementwise bodies of the transforms, by name: one FOO-inl.hpp may hold several.
#pragma once

#define THALWEG_TRANSFORM_BODIES(X) \
  X(Descend)                        \
  X(HeavyBall)                      \
  X(NesterovMomentum)               \
  X(Adagrad)                        \
  X(Adadelta)                       \
  X(RmsProp)                        \
  X(CenteredRmsProp)                \
  X(Adam)                           \
  X(AdamW)                          \
  X(AmsGrad)                        \
  X(Adamax)                         \
  X(NAdam)                          \
  X(RAdam)                          \
  X(AdaBelief)                      \
  X(Yogi)                           \
  X(Lion)                           \
  X(Lars)                           \
  X(Lamb)                           \
  X(Sophia)                         \
  X(Prodigy)                        \
  X(ScheduleFreeSgd)                \
  X(ScheduleFreeAdamW)              \
  X(WeightDecay)                    \
  X(ClipValue)                      \
  X(ClipNorm)                       \
  X(Ema)                            \
  X(Swa)                            \
  X(Lookahead)

// Sequences that end a step in the chains people write: each runs over registers, without a tile
// between its bodies. Any other chain runs body by body, with the same bits.
#define THALWEG_TRANSFORM_SEQUENCES(X)         \
  X(Descend, Ema)                              \
  X(Descend, Swa)                              \
  X(HeavyBall, Descend)                        \
  X(HeavyBall, Descend, Ema)                   \
  X(HeavyBall, Descend, Lookahead)             \
  X(WeightDecay, HeavyBall, Descend)           \
  X(ClipNorm, Descend)                         \
  X(ClipNorm, HeavyBall, Descend)              \
  X(ClipValue, HeavyBall, Descend)             \
  X(NesterovMomentum, Descend)                 \
  X(WeightDecay, NesterovMomentum, Descend)    \
  X(Adagrad, Descend)                          \
  X(RmsProp, Descend)                          \
  X(CenteredRmsProp, Descend)                  \
  X(Adadelta, Descend)                         \
  X(Adam, Descend)                             \
  X(Adam, Descend, Ema)                        \
  X(Adam, WeightDecay, Descend)                \
  X(Adam, WeightDecay, Descend, Ema)           \
  X(ClipNorm, Adam, Descend)                   \
  X(ClipNorm, Adam, WeightDecay, Descend)      \
  X(ClipNorm, Adam, WeightDecay, Descend, Ema) \
  X(AdamW, Descend)                            \
  X(AdamW, Descend, Ema)                       \
  X(ClipNorm, AdamW, Descend)                  \
  X(ClipNorm, AdamW, Descend, Ema)             \
  X(AmsGrad, Descend)                          \
  X(Adamax, Descend)                           \
  X(NAdam, Descend)                            \
  X(RAdam, Descend)                            \
  X(AdaBelief, Descend)                        \
  X(Yogi, Descend)                             \
  X(Lion, Descend)                             \
  X(Lion, WeightDecay, Descend)                \
  X(ClipNorm, Lion, WeightDecay, Descend)      \
  X(Sophia, Descend)                           \
  X(Sophia, WeightDecay, Descend)              \
  X(Lamb, Descend)                             \
  X(Prodigy, Descend)

namespace thalweg {

enum class TransformBody {
#define THALWEG_NAME(name) name,
  THALWEG_TRANSFORM_BODIES(THALWEG_NAME)
#undef THALWEG_NAME
      none  // a transform that needs no elementwise arithmetic
};

}  // namespace thalweg
