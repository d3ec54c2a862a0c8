//! The window of a session's request numbers: which were paid, and for what request.

/// How far below the highest a number is still known.
const WIDTH: u32 = 64;
/// How far above the highest a number may lie: one voucher that was stolen must not push the window away.
const AHEAD: u32 = 1_024;

/// The highest number that was paid, and which of the 63 below it were.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seqs {
    highest: u32,
    /// Bit n: `highest` − n was paid.
    paid: u64,
    /// Bit n: `highest` − n paid for nothing in the end.
    returned: u64,
    /// By number modulo the width: what request it was for.
    prints: Box<[u32; WIDTH as usize]>,
}

/// What a number's past says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Past {
    /// It was not used.
    New,
    /// It paid for this very request.
    Same,
    /// It paid for another request.
    Another,
    /// It lies below the window: it may have been used.
    TooOld,
    /// It lies too far above.
    TooFar,
}

impl Default for Seqs {
    fn default() -> Seqs {
        Seqs { highest: 0, paid: 0, returned: 0, prints: Box::new([0; WIDTH as usize]) }
    }
}

impl Seqs {
    /// The highest number that was paid, 0 for none.
    #[must_use]
    pub fn highest(&self) -> u32 {
        self.highest
    }

    pub(super) fn past(&self, seq: u32, print: u32) -> Past {
        if seq == 0 || seq > self.highest.saturating_add(AHEAD) {
            return Past::TooFar;
        }
        let Some(below) = self.highest.checked_sub(seq) else { return Past::New };
        match below {
            WIDTH.. => Past::TooOld,
            _ if self.paid >> below & 1 == 0 => Past::New,
            // It paid for nothing, and pays for nothing any more.
            _ if self.returned >> below & 1 == 1 => Past::Another,
            _ if self.prints.get(place(seq)) == Some(&print) => Past::Same,
            _ => Past::Another,
        }
    }

    pub(super) fn enter(&mut self, seq: u32, print: u32) {
        match seq.checked_sub(self.highest) {
            Some(ahead) => {
                self.paid = if ahead < WIDTH { self.paid << ahead | 1 } else { 1 };
                self.returned = if ahead < WIDTH { self.returned << ahead } else { 0 };
                self.highest = seq;
            }
            None => self.paid |= 1 << self.highest.saturating_sub(seq),
        }
        if let Some(known) = self.prints.get_mut(place(seq)) {
            *known = print;
        }
    }

    /// Notes that a number paid for nothing in the end.
    pub(super) fn give_back(&mut self, seq: u32) {
        self.returned |= self.bit(seq).unwrap_or(0);
    }

    fn bit(&self, seq: u32) -> Option<u64> {
        let below = self.highest.checked_sub(seq).filter(|below| *below < WIDTH && seq > 0)?;
        let bit = 1 << below;
        (self.paid & bit != 0).then_some(bit)
    }

    /// The parts of it, prints of unpaid numbers as zero.
    pub(crate) fn parts(&self) -> (u32, u64, u64, impl Iterator<Item = u32>) {
        let of = |below: u32| (self.paid >> below & 1 == 1).then(|| self.highest.checked_sub(below)).flatten();
        let prints = (0..WIDTH).filter_map(of).map(|seq| self.prints.get(place(seq)).copied().unwrap_or_default());
        (self.highest, self.paid, self.returned, prints)
    }

    /// Put together again; `None` for what [`Seqs::parts`] never says.
    pub(crate) fn of_parts(highest: u32, (paid, returned): (u64, u64), prints: impl IntoIterator<Item = u32>) -> Option<Seqs> {
        let mut seqs = Seqs { highest, paid, returned, ..Seqs::default() };
        let mut prints = prints.into_iter();
        for below in (0..WIDTH).filter(|below| paid >> below & 1 == 1) {
            let seq = highest.checked_sub(below).filter(|seq| *seq > 0)?;
            *seqs.prints.get_mut(place(seq))? = prints.next()?;
        }
        let is_sound = if highest == 0 { paid == 0 } else { paid & 1 == 1 };
        (is_sound && returned & !paid == 0).then_some(seqs)
    }
}

fn place(seq: u32) -> usize {
    usize::try_from(seq % WIDTH).unwrap_or_default()
}
