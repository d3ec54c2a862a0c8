//! The payment fields of a 402, of all dialects together: in which order they stand, and which are given up where the head
//! would grow too long. Some intermediaries drop a head whole whose fields are longer than they expect.

/// Bytes that the payment fields of one 402 have, names, colons and line ends counted.
pub const BUDGET: usize = 2_048;
/// The same of a page whose offer names a dialect that only some clients speak: who runs it has seen to what stands in between.
pub const WIDE_BUDGET: usize = 4_096;
/// What a field line has besides its name and its value: `: ` and the end of the line.
const AROUND: usize = 4;

/// What a line offers. The first is given up first; a charge never is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// `farthing/session`
    Session,
    /// X-Cashu.
    Cashu,
    /// `lightning/charge`
    Lightning,
    /// L402.
    L402,
    /// x402.
    X402,
    /// `farthing/charge`
    Charge,
}

/// One field line of a 402.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The field's name, in lower case.
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// What it offers.
    pub kind: Kind,
    /// Where it stands among the lines of its field: lines of a lower place come first.
    pub place: u8,
    /// The value without what can be done without, each shorter than the one before. The first is said instead before any line is
    /// given up, the others before this line is.
    pub shorter: Vec<String>,
}

impl Kind {
    /// The usual place. Ours goes first, since some readers give up unless a field begins with `Payment`; then L402, and
    /// `lightning/charge` last, since one reader takes the whole field for one challenge whose last value counts.
    const fn place(self) -> u8 {
        match self {
            Kind::Charge => 1,
            Kind::Session => 2,
            Kind::X402 => 3,
            Kind::Cashu => 4,
            Kind::L402 => 5,
            Kind::Lightning => 6,
        }
    }

    /// True for what only an offer that names it sends.
    const fn is_named(self) -> bool {
        matches!(self, Kind::L402 | Kind::Lightning | Kind::Cashu)
    }
}

impl Line {
    /// A line in its usual place.
    #[must_use]
    pub fn new(field: &'static str, value: impl Into<String>, kind: Kind) -> Line {
        Line { field, value: value.into(), kind, place: kind.place(), shorter: Vec::new() }
    }

    /// Says less, if it can.
    fn shorten(&mut self) -> bool {
        if self.shorter.is_empty() {
            return false;
        }
        self.value = self.shorter.remove(0);
        true
    }

    /// What it takes of a head.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.field.len().saturating_add(self.value.len()).saturating_add(AROUND)
    }
}

/// The lines that go out beside fields that take so many bytes already, in their order.
#[must_use]
pub fn fitted(mut lines: Vec<Line>, taken: usize) -> Vec<Line> {
    let most = if lines.iter().any(|line| line.kind.is_named()) { WIDE_BUDGET } else { BUDGET };
    let bytes = |lines: &[Line]| lines.iter().map(Line::bytes).fold(taken, usize::saturating_add);
    if bytes(&lines) > most {
        for line in &mut lines {
            line.shorten();
        }
    }
    while bytes(&lines) > most && lines.len() > 1 {
        let least = lines.iter().map(|line| line.kind).min().filter(|kind| *kind != Kind::Charge);
        let Some(least) = least else { break };
        let said_less = lines.iter_mut().filter(|line| line.kind == least).map(Line::shorten).filter(|less| *less).count();
        if said_less == 0 {
            lines.retain(|line| line.kind != least);
        }
    }
    lines.sort_by_key(|line| line.place);
    lines
}

#[cfg(test)]
mod tests;
