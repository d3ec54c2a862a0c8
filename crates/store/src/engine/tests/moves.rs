//! Random lives of a market: few people and pages, so that they meet; sales are taken back, ids repeated, time moves.

use super::scenario::{buy_for, command, eur, give_back, give_part, guard, id, noon, party, top_up, undo, usd};
use market::{Body, Command, RefundReason};
use money::{CommandId, Span, Timestamp};
use proptest::prelude::*;

/// Dice for one command.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    what: u8,
    who: usize,
    page: u8,
    size: u32,
    pause: u64,
}

/// Turns dice into commands; knows which purchases were asked for.
pub struct Walk {
    pub now: Timestamp,
    number: u32,
    asked: Vec<(&'static str, CommandId)>,
    last: Option<Command>,
}

const PEOPLE: [&str; 3] = ["rosa", "otto", "paper"];

/// Lives of up to `most` commands.
pub fn lives(most: usize) -> impl Strategy<Value = Vec<Move>> {
    let one = (0..24_u8, 0..PEOPLE.len(), 0..6_u8, 0..40_u32, 0..400_u64);
    proptest::collection::vec(one.prop_map(|(what, who, page, size, pause)| Move { what, who, page, size, pause }), 0..most)
}

impl Walk {
    pub fn new() -> Walk {
        Walk { now: noon(), number: 0, asked: Vec::new(), last: None }
    }

    /// The next command; time has moved on before it.
    pub fn step(&mut self, dice: Move) -> Command {
        self.number += 1;
        self.now = self.now.after(Span(dice.pause / 20));
        let command = match dice.what {
            22 => self.last.clone().unwrap_or_else(|| command(self.now, self.number, self.body(dice))),
            // The same id for something else.
            23 => Command {
                id: self.last.as_ref().map_or(id(self.now, self.number), |last| last.id),
                ..command(self.now, 0, self.body(dice))
            },
            _ => command(self.now, self.number, self.body(dice)),
        };
        if let Body::Buy(_) = command.body {
            self.asked.push((PEOPLE[dice.who], command.id));
        }
        self.last = Some(command.clone());
        command
    }

    fn body(&self, dice: Move) -> Body {
        let who = PEOPLE[dice.who];
        let asset = if dice.page.is_multiple_of(2) { eur() } else { usd() };
        let sale = self.asked.get(dice.size as usize % self.asked.len().max(1)).copied();
        match (dice.what, sale) {
            (0..=4, _) => top_up(who, asset, dice.size * 10_000),
            (14, Some((payer, sale))) => undo(payer, sale),
            (15, Some((_, sale))) => undo(who, sale),
            (16, Some((_, sale))) => give_back(sale, RefundReason::Payee { payee: party("paper") }),
            (17, Some((_, sale))) => give_back(sale, RefundReason::Operator),
            (9..=11, Some((_, sale))) if dice.size.is_multiple_of(2) => {
                give_part(sale, RefundReason::Payee { payee: party("paper") }, dice.size * 700 + u32::from(dice.page))
            }
            (12, Some((_, sale))) if dice.size.is_multiple_of(2) => give_part(sale, RefundReason::Operator, 1),
            (18, Some((_, sale))) => give_back(sale, RefundReason::OriginFailed),
            (19, _) => guard(who, asset, Some(dice.size * 10_000)),
            (20, _) => guard(who, asset, None),
            _ => buy_for(who, asset, &dice.page.to_string(), 50_000 + dice.size * 1_000),
        }
    }
}
