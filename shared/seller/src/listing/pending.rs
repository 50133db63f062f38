//! What a suggestion needs that nobody has decided on.

use feirante_models::Instant;

use super::goods::Goods;
use super::need::Need;
use super::next::Trigger;
use super::state::Listing;
use super::track::{LOOKS_AGAIN, Request};
use crate::mapping::Names;

/// So many times the decision about a suggestion is asked for by who suggested; then by schedule.
const POLLED_AT_ONCE: u32 = 2;

impl Listing {
    /// What follows while it is pending, the decision being due at `due` after `polls` questions. What
    /// is not sold any more is taken back.
    pub(super) fn pending(
        &self,
        trigger: Trigger<'_>,
        goods: &Goods,
        (due, polls): (Instant, u32),
        now: Instant,
    ) -> Need {
        let (change, other) = match trigger {
            Trigger::Changed(change) => (
                Some(change),
                Need::Later(now.plus(LOOKS_AGAIN), "the suggestion is being changed"),
            ),
            Trigger::Due(_) => (None, Need::Nothing),
        };
        let tracks = &self.tracks;
        if tracks.withdrawal.is_under_way(now) {
            return other;
        }
        if goods.sold && (self.is_new_data(change) || self.is_renamed(change, goods)) {
            // What is pending stays so while names of its next version are not mapped.
            match Need::suggestion(goods) {
                Need::Become(_) if tracks.suggestion.is_under_way(now) => return other,
                Need::Become(_) if self.names == Some(Names::OUTDATED) => {}
                Need::Become(_) => return Need::Outdated,
                need => return need,
            }
        }
        if !goods.sold && !self.is_withdrawn() {
            return match tracks.suggestion.is_under_way(now) {
                true => other,
                false => Need::Calls(vec![Request::Withdrawal]),
            };
        }
        match change {
            // The decision would be about the version before.
            _ if tracks.suggestion.is_under_way(now) => Need::Nothing,
            Some(change) if change.resync || polls >= POLLED_AT_ONCE => Need::Nothing,
            Some(_) if due > now => {
                Need::Later(due, "the marketplace has not decided about the suggestion")
            }
            _ => Need::Calls(vec![Request::Poll]),
        }
    }

    /// Whether it was tried to take back what was suggested last.
    fn is_withdrawn(&self) -> bool {
        let (withdrawal, suggestion) = (&self.tracks.withdrawal, &self.tracks.suggestion);
        withdrawal.covered_until.is_some() && withdrawal.covered_until >= suggestion.covered_until
    }
}
