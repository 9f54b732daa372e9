// Processes that are killed at a moment, for the tests of what they leave.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace thalweg::testing {

// A process that runs the disabled test `child` of this executable, which finds `folder` in
// THALWEG_KILL_FOLDER.
inline pid_t start(const std::string& child, const std::filesystem::path& folder) {
  ::setenv("THALWEG_KILL_FOLDER", folder.c_str(), 1);
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::vector<std::string> arguments = {self, "--gtest_filter=" + child,
                                        "--gtest_also_run_disabled_tests", "--gtest_brief=1"};
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t started = -1;
  EXPECT_EQ(::posix_spawn(&started, self.c_str(), &actions, nullptr, pointers.data(), environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  return started;
}

// Milliseconds until the child ended by itself; it is killed after `most`.
inline double wait_for(pid_t child, double most, bool& killed) {
  const auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
  };
  int status = 0;
  killed = false;
  while (::waitpid(child, &status, killed ? 0 : WNOHANG) != child) {
    if (elapsed() >= most) {
      killed = true;
      ::kill(child, SIGKILL);
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }
  killed = WIFSIGNALED(status);
  if (!killed) {
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  return elapsed();
}

}  // namespace thalweg::testing
