// What files really are, and what models take.
#include "phone/media.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone/files.h"
#include "support/media.h"

namespace understudy::phone {
namespace {

using ::testing::HasSubstr;

const std::string text = "ldap template\n";

TEST(Media, IsWhatItsBytesSay) {
  const auto seen = [](const std::string& bytes) {
    const Media media = look_at(bytes);
    return std::string(name_of(media.format)) + " " + std::to_string(media.width) + "x" +
           std::to_string(media.height) + " " + std::to_string(media.bits) +
           (media.wrong.empty() ? "" : ", " + media.wrong);
  };
  EXPECT_EQ(seen(png_of(240, 70)), "PNG 240x70 24");
  EXPECT_EQ(seen(jpeg_of(480, 142)), "JPEG 480x142 24");
  EXPECT_EQ(seen(bmp_of(144, 32, 1)), "BMP 144x32 1");
  EXPECT_EQ(seen(midi_of("notes")), "MIDI 0x0 0");
  EXPECT_EQ(seen(mp3_of(3)), "MP3 0x0 0");
  EXPECT_EQ(seen(std::string("ID3\4\0\0\0\0\0\5title", 15) + mp3_of(1)), "MP3 0x0 0");
  EXPECT_EQ(seen(wav_of("sound")), "WAV 0x0 0");
  EXPECT_EQ(seen(text), "text 0x0 0");
  EXPECT_EQ(seen("BM is what a text may begin with"), "text 0x0 0");
  EXPECT_EQ(seen(std::string("\0\1\2", 3)), "unknown 0x0 0");
  EXPECT_EQ(seen(""), "unknown 0x0 0");
}

TEST(Media, ThatIsCutOffAnywhereIsNoneThatCanBeUsed) {
  for (const std::string& whole :
       {png_of(240, 70), jpeg_of(240, 70), bmp_of(144, 32, 1), midi_of("notes"), wav_of("sound"), mp3_of(1)})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Media media = look_at(whole.substr(0, size));
      const bool nothing = media.format == Format::unknown || media.format == Format::text;
      EXPECT_TRUE(nothing || !media.wrong.empty())
          << name_of(media.format) << " cut after " << size << " of " << whole.size();
    }
}

TEST(Media, WithAnyByteChangedIsStillLookedAt) {
  for (const std::string& whole :
       {png_of(240, 70), jpeg_of(240, 70), bmp_of(144, 32, 1), midi_of("notes"), wav_of("sound"), mp3_of(2)})
    for (std::size_t at = 0; at < whole.size() && at < 100; ++at)
      for (const int other : {0, 1, 0x7F, 0x80, 0xFF}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(other);
        look_at(changed);
      }
}

std::string unfit_for(const char* model, const char* type, const std::string& bytes) {
  return unfit(bytes, *media_rule(**items::model_named(model), type));
}

TEST(MediaRules, AreAModelsOwnWhereItHasSome) {  // field
  EXPECT_EQ(unfit_for("40", "LOGO", bmp_of(144, 32, 1)), "");
  EXPECT_EQ(unfit_for("60", "LOGO", png_of(240, 70)), "");
  EXPECT_EQ(unfit_for("60", "LOGO", jpeg_of(240, 70)), "");
  EXPECT_EQ(unfit_for("80", "LOGO", png_of(480, 142)), "");
  EXPECT_EQ(unfit_for("40", "LOGO", png_of(144, 32)), "it is no BMP, but PNG");
  EXPECT_EQ(unfit_for("60", "LOGO", bmp_of(240, 70, 24)), "it is no PNG or JPEG, but BMP");
  EXPECT_EQ(unfit_for("60", "LOGO", png_of(480, 142)),
            "it is a PNG that cannot be used: its 480 x 142 pixels are more than 240 x 70");
  EXPECT_EQ(unfit_for("40", "LOGO", bmp_of(144, 32, 8)),
            "it is a BMP that cannot be used: it has 8 bits a pixel, not 1");
  EXPECT_EQ(unfit_for("60", "LOGO", text), "it is no PNG or JPEG, but text");
  EXPECT_EQ(unfit_for("60", "LOGO", png_of(240, 70).substr(0, 50)),
            "it is a PNG that cannot be used: it is cut off");
  EXPECT_EQ(unfit_for("60", "LOGO", std::string("\0\1", 2)),
            "it is no PNG or JPEG, nor anything else that is known");
}

TEST(MediaRules, OfRingtonesAreMidiBelowTheSixtyAndMp3FromThereOn) {  // field; WAV: guide p.53
  EXPECT_EQ(unfit_for("40", "RINGTONE", midi_of("notes")), "");
  EXPECT_EQ(unfit_for("60", "RINGTONE", mp3_of(3)), "");
  EXPECT_EQ(unfit_for("20", "RINGTONE", wav_of("sound")), "");
  EXPECT_EQ(unfit_for("40", "RINGTONE", mp3_of(3)), "it is no MIDI or WAV, but MP3");
  EXPECT_EQ(unfit_for("60", "RINGTONE", mp3_of(3000)), "it is larger than 1048576 bytes");
  EXPECT_EQ(unfit_for("60", "RINGTONE", ""), "the file is empty");
}

TEST(MediaRules, ThereAreForEachTypeAndModel) {
  for (const items::Model& model : items::models())
    for (const std::string& type : stored_types())
      EXPECT_NE(media_rule(model, type), nullptr) << model.device_type << type;
  EXPECT_EQ(media_rule(items::models().front(), "APP"), nullptr);
  EXPECT_EQ(stored_types(), (std::vector<std::string>{"DONGLE", "LDAP", "LOGO", "MOH", "PIC", "RINGTONE", "SCREENSAVER"}));  // guide p.245, field
  EXPECT_EQ(unfit_for("60", "LDAP", text), "");
  EXPECT_EQ(unfit_for("60", "DONGLE", std::string("\0\1", 2)), "") << "what is in it is not known";
  EXPECT_EQ(unfit_for("60", "DONGLE", ""), "the file is empty");
}

TEST(MediaTable, IsReadStrictly) {
  const std::string head = "file\tformats\twidth\theight\tbits\tmost_bytes\tsource\n";
  EXPECT_TRUE(parse_media(head + "LOGO\tPNG\t\t\t\t10\tfield\n"));
  EXPECT_TRUE(parse_media(head + "DONGLE\tany\t\t\t\t10\tfield\n"));
  EXPECT_FALSE(parse_media(head + "DONGLE\tany PNG\t\t\t\t10\tfield\n"));
  for (const char* row :
       {"LOGO\tGIF\t\t\t\t10\tfield\n", "LOGO\t\t\t\t\t10\tfield\n", "LOGO\tPNG\tx\t\t\t10\tfield\n",
        "LOGO\tPNG\t\t\t\t0\tfield\n", "LOGO\tPNG\t\t\t\t\tfield\n", "LOGO\tPNG\t\t\t\t10\t\n",
        "LOGO\tunknown\t\t\t\t10\tfield\n"})
    EXPECT_FALSE(parse_media(head + row)) << row;
}

TEST(FileNames, ThatCouldLeaveTheFolderOrMeanADeviceAreNone) {
  for (const std::string name :
       {"logo.png", "a", ".hidden", "l\xC3\xB6go.png", "console.png", "COM10", "com", "a b", "..."})
    EXPECT_TRUE(is_file_name(name)) << name;
  const std::vector<std::string> none = {
      "",     ".",     "..",  "/etc/passwd", "../x",   "a/b",  "a\\b", std::string("a\0b", 3),
      "a\nb", "a\x7F", "CON", "nul.txt",     "Com1.a", "LPT9", "aux ", std::string(256, 'a')};
  for (const std::string& name : none) EXPECT_FALSE(is_file_name(name)) << name;
}

}  // namespace
}  // namespace understudy::phone
