// A oneDNN primitive with its arguments, made once. For this folder alone.
#pragma once

#include <dnnl.hpp>
#include <initializer_list>
#include <vector>

#include "thalweg/kernel/contraction/epilogue.hpp"

namespace thalweg {

// The machine's processor, as the library sees it.
const dnnl::engine& processor();

// Scratch memory comes from the caller; the epilogue after the contraction.
dnnl::primitive_attr attributes(const Epilogue& epilogue = {});

// While it lives, oneDNN uses so many threads; without a number, as many as our own loops.
class LibraryThreads {
 public:
  LibraryThreads();
  explicit LibraryThreads(int count);
  ~LibraryThreads();
  LibraryThreads(const LibraryThreads&) = delete;

 private:
  int before_;
};

class Primitive {
 public:
  struct Argument {
    int which;  // DNNL_ARG_...
    dnnl::memory::desc description;
  };
  // Scratch memory is the last argument of run.
  Primitive(const dnnl::primitive& primitive, const dnnl::memory::desc& scratch,
            std::initializer_list<Argument> arguments);

  size_t scratch() const { return scratch_; }
  // The pointers in the order of the arguments, scratch memory last. One that is the same as last
  // time costs nothing: the library writes zeros into the padding of each new one.
  void run(std::initializer_list<void*> pointers);

 private:
  dnnl::primitive primitive_;
  dnnl::stream stream_;
  std::vector<dnnl::memory> memories_;
  std::vector<dnnl_exec_arg_t> arguments_;
  std::vector<void*> pointers_;
  size_t scratch_;
  int threads_;  // when it was made: the library divides its work and scratch memory then
};

}  // namespace thalweg
