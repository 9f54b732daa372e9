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

namespace thalweg {

enum class TransformBody {
#define THALWEG_NAME(name) name,
  THALWEG_TRANSFORM_BODIES(THALWEG_NAME)
#undef THALWEG_NAME
      none  // a transform that needs no elementwise arithmetic
};

}  // namespace thalweg
