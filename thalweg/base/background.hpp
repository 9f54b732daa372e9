// Work in a thread of its own, of the least priority: it takes what the others leave.
#pragma once

#include <future>
#include <utility>

namespace thalweg {

// Of the calling thread.
void lower_priority();

template <class Body>
auto in_background(Body body) {
  return std::async(std::launch::async, [body = std::move(body)] {
    lower_priority();
    return body();
  });
}

}  // namespace thalweg
