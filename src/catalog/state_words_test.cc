#include "catalog/state_words.h"

#include <gtest/gtest.h>

#include "base/yaml.h"
#include "catalog/catalog.h"

namespace hm::catalog {
namespace {

std::string fault_of(const std::string& yaml) {
  const auto loaded = load_catalog({{std::string(kStatesFile), yaml, {}, false}});
  return loaded ? std::string() : loaded.error().message;
}

TEST(StateWords, TheWholeWordDecidesThenWhatItHoldsThenHowItEnds) {
  const StateWords states = state_words_of(parse_yaml(R"(
words: {fine: [running, up]}
parts:
  - {level: failing, holds: [fail]}
  - {level: stopped, holds: [stopped, inactive]}
endings: {changing: [ing]}
)")
                                               ->value);
  EXPECT_EQ(states.level_of("running"), "fine");
  EXPECT_EQ(states.level_of("startup"), "");
  EXPECT_EQ(states.level_of("stopped_failing"), "failing");
  EXPECT_EQ(states.level_of("inactive"), "stopped");
  EXPECT_EQ(states.level_of("creating"), "changing");
  EXPECT_EQ(states.level_of("ingest"), "");
}

TEST(StateWords, WhatSaysNothingIsRefused) {
  EXPECT_EQ(
      fault_of("words: {fine: [up]}\nparts: [{level: failing, holds: [fail]}]\nendings: {changing: [ing]}\n"),
      "");
  EXPECT_NE(
      fault_of("words: {fine: [up], failing: [up]}\nparts: []\nendings: {}\n").find("'up' stands twice"),
      std::string::npos);
  EXPECT_NE(fault_of("words: {}\nparts: [{level: failing, holds: [fail, failed]}]\nendings: {}\n")
                .find("'failed' says nothing behind 'fail'"),
            std::string::npos);
  EXPECT_NE(fault_of("words: {good: [up]}\nparts: []\nendings: {}\n"), "");
  EXPECT_NE(fault_of("words: {fine: [Up]}\nparts: []\nendings: {}\n"), "");
}

TEST(StateWords, ThoseOfTheProgramAreThere) {
  EXPECT_EQ(embedded_state_words().level_of("available"), "fine");
  EXPECT_EQ(embedded_state_words().level_of("unavailable"), "failing");
}

}  // namespace
}  // namespace hm::catalog
