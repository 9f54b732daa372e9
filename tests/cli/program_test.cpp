// What tests/cli/program.hpp declares, for every test of the group.
#include "tests/cli/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>

#include "thalweg/base/random.hpp"

namespace thalweg::testing {
namespace {

// Only in the child.
[[noreturn]] void become(const Call& call, int out, int err) {
  std::filesystem::current_path(call.folder);
  if (!call.out.empty()) out = ::open(call.out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  if (call.file_limit >= 0) {
    const auto limit = static_cast<rlim_t>(call.file_limit);
    const struct rlimit sizes { limit, limit };
    ::setrlimit(RLIMIT_FSIZE, &sizes);
  }
  for (const std::string& pair : call.environment) {
    const size_t equals = pair.find('=');
    ::setenv(pair.substr(0, equals).c_str(), pair.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> words = {const_cast<char*>(THALWEG_PROGRAM)};
  for (const std::string& word : call.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execv(words[0], words.data());
  std::_Exit(127);
}

}  // namespace

Answer run(const Call& call) {
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0) std::abort();
  if (call.columns > 0) {
    const struct winsize size { 24, static_cast<unsigned short>(call.columns), 0, 0 };
    if (::openpty(&err[0], &err[1], nullptr, nullptr, &size) != 0) std::abort();
    ::fcntl(err[0], F_SETFD, FD_CLOEXEC);
    ::fcntl(err[1], F_SETFD, FD_CLOEXEC);
  } else if (::pipe2(err, O_CLOEXEC) != 0) {
    std::abort();
  }
  const pid_t child = ::fork();
  if (child == 0) become(call, out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);

  Answer answer;
  bool signalled = call.signal == 0;
  struct pollfd ends[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (::poll(ends, 2, -1) < 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      char bytes[65536];
      const ssize_t count = ::read(ends[i].fd, bytes, sizeof bytes);
      if (count > 0)
        (i == 0 ? answer.out : answer.err).append(bytes, static_cast<size_t>(count));
      else
        ends[i].fd = -1;  // a terminal ends with an error
    }
    if (!signalled && answer.err.find(call.signal_after) != std::string::npos) {
      ::kill(child, call.signal);
      signalled = true;
    }
  }
  ::close(out[0]);
  ::close(err[0]);
  int status = 0;
  struct rusage used {};
  ::wait4(child, &status, 0, &used);
  answer.most_resident = used.ru_maxrss;
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answer;
}

void CliTest::SetUp() {
  std::string name = (std::filesystem::temp_directory_path() / "thalweg-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  folder = name;
}

std::string CliTest::customers(size_t rows) {
  std::string csv = "age,plan,charge,churn\n";
  Random random(1, 1);
  for (size_t i = 0; i < rows; ++i) {
    const double age = std::floor(20 + 50 * random.uniform());
    const double charge = std::floor(1000 * random.uniform()) / 10;
    const char* plan = random.uniform() < 0.4 ? "basic" : "family";
    const double score = 0.03 * charge - 0.05 * age + (plan[0] == 'b' ? 1 : 0);
    const bool leaves = random.uniform() < 1 / (1 + std::exp(-score));
    csv += std::to_string(static_cast<int>(age)) + "," + plan + "," + std::to_string(charge) + "," +
           (leaves ? "Yes" : "No") + "\n";
  }
  return csv;
}

void CliTest::expect_refused(const Answer& answer, const std::vector<std::string>& parts) {
  EXPECT_EQ(answer.code, 2) << answer.err;
  EXPECT_EQ(answer.out, "");
  EXPECT_EQ(lines(answer.err), 1u) << answer.err;
  EXPECT_TRUE(answer.err.starts_with("thalweg: ")) << answer.err;
  EXPECT_LT(answer.err.size(), 3000u);
  for (const std::string& part : parts)
    EXPECT_NE(answer.err.find(part), std::string::npos) << part << " not in " << answer.err;
}

}  // namespace thalweg::testing
