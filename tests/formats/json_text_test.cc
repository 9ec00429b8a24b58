#include "mdsm/formats/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mdsm {
namespace {

using Json = nlohmann::json;

std::string nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonText, BracketsInQuotesDoNotNest) {
  EXPECT_EQ(nesting_of_json("7"), 0);
  EXPECT_EQ(nesting_of_json(R"({"a":[1,{"b":2}],"c":[]})"), 3);
  EXPECT_EQ(nesting_of_json(R"(["[[[[\"[[[", "\\"])"), 1);
  EXPECT_EQ(nesting_of_json("\"[[["), 0);
}

// A hundred thousand lists one within another ended the stack of whoever copied or printed them.
TEST(JsonText, WhatNestsTooDeepIsNoJson) {
  EXPECT_TRUE(parse_json<Json>(nested(kMostNestedJson)).is_array());
  EXPECT_TRUE(parse_json<Json>(nested(kMostNestedJson + 1)).is_discarded());
  for (const char* pair : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += pair;
    EXPECT_TRUE(parse_json<Json>(deep).is_discarded());
    EXPECT_TRUE(parse_json<nlohmann::ordered_json>("{\"x\":" + deep).is_discarded());
  }
  EXPECT_TRUE(parse_json<Json>("{").is_discarded());
}

TEST(JsonText, ValuesOfAnotherKindAreAsIfNotThere) {
  const Json object =
      parse_json<Json>(R"({"text":"a","whole":3,"part":1.5,"huge":18446744073709551615,"yes":true,"none":null})");
  EXPECT_EQ(value_in<std::string>(object, "text", "?"), "a");
  EXPECT_EQ(value_in<int64_t>(object, "whole", 0), 3);
  EXPECT_EQ(value_in<double>(object, "whole", 0), 3);
  EXPECT_EQ(value_in<double>(object, "part", 0), 1.5);
  EXPECT_TRUE(value_in(object, "yes", false));
  for (const char* name : {"whole", "none", "missing"})
    EXPECT_EQ(value_in<std::string>(object, name, "?"), "?") << name;
  for (const char* name : {"text", "part", "huge", "yes", "none", "missing"})
    EXPECT_EQ(value_in<int64_t>(object, name, -1), -1) << name;
  EXPECT_EQ(value_in<int32_t>(parse_json<Json>(R"({"n":3000000000})"), "n", -1), -1);
}

TEST(JsonText, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(dump_json(Json{{"a", "\xff"}}), "{\"a\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace mdsm
