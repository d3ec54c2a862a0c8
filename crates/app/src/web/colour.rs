//! The one colour that a payee may set: made dark enough for light pages and light enough for dark ones, so that everybody can
//! read what is written in it and on it. Integers only, so that every machine says the same.

/// The contrast that text needs (WCAG 2.2, 1.4.3), in hundredths.
const LEAST: u64 = 450;
/// What stands around and on the accent: the grounds of [`super::STYLE`], and what is written on it.
const LIGHT: Ground = Ground { under: [Rgb(251, 250, 248), Rgb(255, 255, 255)], on: Rgb(255, 255, 255), to: Rgb(0, 0, 0) };
const DARK: Ground = Ground { under: [Rgb(20, 20, 19), Rgb(28, 28, 26)], on: Rgb(16, 35, 28), to: Rgb(255, 255, 255) };

/// A colour of the sRGB space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// A payee's colour as it was asked for, and as pages show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Accent {
    /// As it was asked for.
    pub wished: Rgb,
    /// On light pages.
    pub light: Rgb,
    /// On dark ones.
    pub dark: Rgb,
}

struct Ground {
    under: [Rgb; 2],
    on: Rgb,
    /// Where a colour is moved to that cannot be read.
    to: Rgb,
}

impl Rgb {
    /// Reads `#1f5f4a`, with or without the mark, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Rgb> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?.to_be_bytes();
        Some(Rgb(red, green, blue))
    }

    /// Contrast to another colour in hundredths: from 100 to 2100.
    #[must_use]
    pub fn contrast(self, other: Rgb) -> u64 {
        let (one, two) = (self.luminance(), other.luminance());
        let (above, below) = (one.max(two).saturating_add(50_000), one.min(two).saturating_add(50_000));
        above.saturating_mul(100).checked_div(below).unwrap_or(0)
    }

    /// In millionths.
    fn luminance(self) -> u64 {
        let part = |byte: u8, weight: u64| u64::from(LINEAR.get(usize::from(byte)).copied().unwrap_or(0)).saturating_mul(weight);
        part(self.0, 2_126).saturating_add(part(self.1, 7_152)).saturating_add(part(self.2, 722)) / 10_000
    }

    /// So many 64ths of the way to another.
    fn towards(self, other: Rgb, step: u16) -> Rgb {
        let mix = |from: u8, to: u8| {
            let kept = u16::from(from).saturating_mul(64_u16.saturating_sub(step));
            let added = u16::from(to).saturating_mul(step);
            u8::try_from(kept.saturating_add(added) / 64).unwrap_or(u8::MAX)
        };
        Rgb(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Accent {
    /// A colour as it can be shown: itself, or the nearest to it that can be read.
    #[must_use]
    pub fn of(wished: Rgb) -> Accent {
        Accent { wished, light: LIGHT.fit(wished), dark: DARK.fit(wished) }
    }

    /// True if a page shows another colour than was asked for.
    #[must_use]
    pub fn is_corrected(self) -> bool {
        self.light != self.wished || self.dark != self.wished
    }
}

impl Ground {
    fn fit(&self, wished: Rgb) -> Rgb {
        let reads = |colour: &Rgb| self.under.iter().chain([&self.on]).all(|other| colour.contrast(*other) >= LEAST);
        (0..=64).map(|step| wished.towards(self.to, step)).find(reads).unwrap_or(self.to)
    }
}

/// Millionths of light for each byte of sRGB.
#[rustfmt::skip]
const LINEAR: [u32; 256] = [
    0, 304, 607, 911, 1_214, 1_518, 1_821, 2_125, 2_428, 2_732, 3_035, 3_347, 3_677, 4_025, 4_391, 4_777, 5_182, 5_605, 6_049,
    6_512, 6_995, 7_499, 8_023, 8_568, 9_134, 9_721, 10_330, 10_960, 11_612, 12_286, 12_983, 13_702, 14_444, 15_209, 15_996,
    16_807, 17_642, 18_500, 19_382, 20_289, 21_219, 22_174, 23_153, 24_158, 25_187, 26_241, 27_321, 28_426, 29_557, 30_713,
    31_896, 33_105, 34_340, 35_601, 36_889, 38_204, 39_546, 40_915, 42_311, 43_735, 45_186, 46_665, 48_172, 49_707, 51_269,
    52_861, 54_480, 56_128, 57_805, 59_511, 61_246, 63_010, 64_803, 66_626, 68_478, 70_360, 72_272, 74_214, 76_185, 78_187,
    80_220, 82_283, 84_376, 86_500, 88_656, 90_842, 93_059, 95_307, 97_587, 99_899, 102_242, 104_616, 107_023, 109_462, 111_932,
    114_435, 116_971, 119_538, 122_139, 124_772, 127_438, 130_136, 132_868, 135_633, 138_432, 141_263, 144_128, 147_027, 149_960,
    152_926, 155_926, 158_961, 162_029, 165_132, 168_269, 171_441, 174_647, 177_888, 181_164, 184_475, 187_821, 191_202, 194_618,
    198_069, 201_556, 205_079, 208_637, 212_231, 215_861, 219_526, 223_228, 226_966, 230_740, 234_551, 238_398, 242_281, 246_201,
    250_158, 254_152, 258_183, 262_251, 266_356, 270_498, 274_677, 278_894, 283_149, 287_441, 291_771, 296_138, 300_544, 304_987,
    309_469, 313_989, 318_547, 323_143, 327_778, 332_452, 337_164, 341_914, 346_704, 351_533, 356_400, 361_307, 366_253, 371_238,
    376_262, 381_326, 386_429, 391_572, 396_755, 401_978, 407_240, 412_543, 417_885, 423_268, 428_690, 434_154, 439_657, 445_201,
    450_786, 456_411, 462_077, 467_784, 473_531, 479_320, 485_150, 491_021, 496_933, 502_886, 508_881, 514_918, 520_996, 527_115,
    533_276, 539_479, 545_724, 552_011, 558_340, 564_712, 571_125, 577_580, 584_078, 590_619, 597_202, 603_827, 610_496, 617_207,
    623_960, 630_757, 637_597, 644_480, 651_406, 658_375, 665_387, 672_443, 679_542, 686_685, 693_872, 701_102, 708_376, 715_694,
    723_055, 730_461, 737_910, 745_404, 752_942, 760_525, 768_151, 775_822, 783_538, 791_298, 799_103, 806_952, 814_847, 822_786,
    830_770, 838_799, 846_873, 854_993, 863_157, 871_367, 879_622, 887_923, 896_269, 904_661, 913_099, 921_582, 930_111, 938_686,
    947_307, 955_973, 964_686, 973_445, 982_251, 991_102, 1_000_000,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_the_standard() {
        let contrast = |one: &str, two: &str| Rgb::parse(one).unwrap().contrast(Rgb::parse(two).unwrap());
        assert_eq!(contrast("#000000", "#ffffff"), 2_100);
        assert_eq!(contrast("#777777", "#ffffff"), 447);
        assert_eq!(contrast("#767676", "#fff000"), contrast("#fff000", "#767676"));
        assert_eq!(contrast("#1f5f4a", "#ffffff"), 751, "our own accent is 7.5 to 1, as the design has it");
    }

    #[test]
    fn every_colour_comes_out_readable_and_a_readable_one_unchanged() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let accent = Accent::of(Rgb(red, green, blue));
                    for (shown, ground) in [(accent.light, &LIGHT), (accent.dark, &DARK)] {
                        assert!(ground.under.iter().chain([&ground.on]).all(|other| shown.contrast(*other) >= LEAST), "{accent:?}");
                    }
                }
            }
        }
        let own = Accent::of(Rgb::parse("1F5F4A").unwrap());
        assert_eq!((own.light.to_string().as_str(), own.is_corrected()), ("#1f5f4a", true), "light as it is, dark made lighter");
        assert!(Accent::of(Rgb(255, 255, 255)).light.contrast(Rgb(255, 255, 255)) < 550, "no further than it must");
    }

    #[test]
    fn what_is_no_colour_is_none() {
        for text in ["", "#", "#fff", "#12345g", "red", "#+12345", "#1234567", "1f5f4a;}", "#１f5f4a"] {
            assert_eq!(Rgb::parse(text), None, "{text}");
        }
    }
}
