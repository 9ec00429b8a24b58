#include "mdsm/report/html.h"

#include <gtest/gtest.h>

namespace mdsm::html {
namespace {

TEST(Html, EscapedTextStandsForItselfInElementsAndAttributes) {
  EXPECT_EQ(escaped(R"(a<b> & "c" 'd')"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  EXPECT_EQ(escaped("σ² ≤ 1"), "σ² ≤ 1");
}

TEST(Html, MarkupBecomesElements) {
  EXPECT_EQ(inline_markup("run `mdsm <x>` **now**"), "run <code>mdsm &lt;x&gt;</code> <strong>now</strong>");
  EXPECT_EQ(inline_markup("**a `b`**"), "<strong>a <code>b</code></strong>");
  EXPECT_EQ(inline_markup("[a & b](https://x.org/?q=1&r=2)"), R"(<a href="https://x.org/?q=1&amp;r=2">a &amp; b</a>)");
  EXPECT_EQ(inline_markup("[back](#s-about), [page](docs/report.md)"),
            R"(<a href="#s-about">back</a>, <a href="docs/report.md">page</a>)");
}

TEST(Html, MarksInCodeStandForThemselves) { EXPECT_EQ(inline_markup("`**a**`"), "<code>**a**</code>"); }

TEST(Html, MarksWithoutPartnersStandForThemselves) {
  for (const char* text : {"a ` b", "2 ** 3", "a * b", "[a]", "[a](", "x[0](y", "``", "****", "(3, 32, 32)"})
    EXPECT_EQ(inline_markup(text), text);
}

TEST(Html, AddressesThatRunScriptsStayText) {
  for (const char* text :
       {"[a](javascript:alert(1))", "[a](JaVaScRiPt:x)", "[a](data:text/html,x)", "[a](java\nscript:x)"})
    EXPECT_EQ(inline_markup(text).find("href"), std::string::npos) << text;
  EXPECT_EQ(inline_markup("[a](x\"onclick=y)"), "<a href=\"x&quot;onclick=y\">a</a>");
}

TEST(Html, PlainTextLosesMarksOnly) { EXPECT_EQ(without_markup("**a** `b` [c](d) <e>"), "a b c <e>"); }

TEST(Html, Base64IsThatOfTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Html, JsonInAScriptCannotEndIt) {
  EXPECT_EQ(script_json(R"({"a": "</script><!--"})"), R"({"a": "\u003c/script>\u003c!--"})");
}

TEST(Html, SlugsAreWordsWithDashes) {
  EXPECT_EQ(slug("Training loss, by noise band"), "training-loss-by-noise-band");
  EXPECT_EQ(slug(" E(x) "), "e-x");
  EXPECT_EQ(slug("σ"), "part");
}

TEST(Html, NumbersAreToldFromTexts) {
  for (const char* cell : {"1", "-2.5e-3", "+7", "1,024", "12 %", "0.5 ± 0.1", "−3", "3.1e+05", "nan", "2 ×"})
    EXPECT_TRUE(is_number(cell)) << cell;
  for (const char* cell : {"", "-", "e5", "2026-11-25 UTC", "fp32", "3x3", "1 s", "(1, 28, 28)", "0xff"})
    EXPECT_FALSE(is_number(cell)) << cell;
}

}  // namespace
}  // namespace mdsm::html
