// The leader's writer: batches of records become multis {check the epoch node's version, advance `commit`, the
// records}, each of which happens once or never, strictly in order. Sans-I/O; used by one thread. Pure.
//
// One batch is under way at a time. Its multis are pipelined, and `commit` is set with the version that the multi
// before leaves, so a duplicate or a straggler changes nothing. When it is not known what happened, resume() looks at
// `commit`, which tells exactly which multis did, and submits the others again. A batch that needs several multis may
// be cut between two operations of the core when the leader dies; nothing of it was acknowledged then. The journal
// applies every durable commit to the mirror. What people did to the records meanwhile (a node deleted, or there
// already) is put right on the way.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/record.hpp"
#include "recovery/mirror.hpp"
#include "recovery/zk_asks.hpp"
#include "recovery/zk_layout.hpp"
#include "recovery/zk_plan.hpp"

namespace pilotlight::recovery {

/// What a claim won, and what `commit` was found to be afterwards, in the same session.
struct Leadership {
  std::int32_t fence = 0;  ///< the version of the epoch node
  std::uint64_t epoch = 0;
  std::int32_t commit_version = 0;
  std::uint64_t commit_number = 0;
  /// The leader's election node, checked beside the fence: the election announces a version before it is known to be
  /// ours (fence_moved), and another's claim may have become that very version. A claim never leaves this node behind.
  std::string place = {};
};

struct JournalNews {
  enum class What : std::uint8_t {
    nothing,     ///< wait
    durable,     ///< the whole batch; the next one may begin
    fence_lost,  ///< another master leads: step down at once. The journal is idle; nothing will be written any more
    unknown,     ///< the connection was lost: resume() when there is one again
    failed,      ///< `error`; the batch is still under way: resume() tries again, or step down
  };
  What what = What::nothing;
  ZkAsks asks;
  std::vector<Commit> commits;  ///< durable now, in order. Also beside `nothing`
  Error error;
  std::vector<Commit> begun = {};  ///< a new batch, in order: for the standbys, before `asks` are submitted
};

class ZkJournal {
 public:
  /// `mirror` is the leader's own and outlives the journal; between lead() and fence_lost nobody else changes it.
  ZkJournal(ZkLayout layout, Mirror& mirror, NextRequestId next_id);

  /// From now on batches may begin. The mirror must be complete up to `commit_number` (a bug otherwise). `orphans`:
  /// what a full read found, for tidy().
  void lead(const Leadership& leadership, std::vector<OrphanPart> orphans = {});
  /// The election submitted a fenced write of its own to the epoch node, in this session: multis that are submitted
  /// after it check this version. After a lost connection: what the epoch node really has, before resume().
  void fence_moved(std::int32_t version) { leadership_.fence = version; }
  /// Forgets the batch: no longer leader.
  void stop();

  /// Begins a batch; none may be under way. `failed`: a record that cannot be stored; nothing was begun. `durable` at
  /// once when there is nothing to write.
  JournalNews begin(const std::vector<core::RecordOp>& operations);
  /// Why an operation can never be stored (begin() refuses a batch that holds one); nullopt when it can.
  [[nodiscard]] std::optional<Error> flaw_of(const core::RecordOp& operation) const;
  /// Whether rows are to be set aside or parts to be swept; such a batch is begun by tidy(), when there is leisure.
  [[nodiscard]] bool untidy() const;
  JournalNews tidy();

  /// Answers to others' requests, and to requests that were given up, are `nothing`.
  JournalNews on_answer(const zk::Answered& answer);
  /// Connected again, or time to try again: looks at `commit` first. No asks when no batch is under way.
  ZkAsks resume();

  [[nodiscard]] bool busy() const { return done_ < steps_.size(); }
  /// The last durable commit.
  [[nodiscard]] std::uint64_t number() const { return mirror_.number(); }

 private:
  struct Submitted {
    std::size_t step = 0;
    std::int32_t version = 0;  ///< of `commit`, that it expects
  };
  JournalNews begin(ZkPlan plan);
  ZkAsks submit_rest();
  /// Operations of a multi before the step's own.
  [[nodiscard]] std::size_t lead_in(std::int32_t version) const;
  [[nodiscard]] zk::Multi multi_of(const ZkStep& step, std::int32_t version) const;
  void settle(std::size_t steps, std::vector<Commit>& commits);
  JournalNews on_multi(Submitted submitted, const zk::Answered& answer);
  JournalNews on_refusal(Submitted submitted, const zk::Answered& answer);
  JournalNews on_commit_read(const zk::Answered& answer);
  JournalNews look_again();
  JournalNews lost_fence();
  ZkAsks look();
  bool heal(ZkStep& step, std::size_t action, zk::Code code) const;

  ZkLayout layout_;
  Mirror& mirror_;
  NextRequestId next_id_;
  Leadership leadership_;
  std::vector<OrphanPart> orphans_;
  std::vector<ZkStep> steps_;
  std::size_t done_ = 0;             ///< of steps_
  std::int32_t commit_version_ = 0;  ///< after the last step that is done
  std::map<zk::RequestId, Submitted> submitted_;
  std::optional<zk::RequestId> look_;  ///< the read of `commit` under way
  int looks_in_vain_ = 0;
};

}  // namespace pilotlight::recovery
