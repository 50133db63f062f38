//! What left a place since its stock was counted, and what a count that comes late makes of it.

use feirante_models::Instant;

/// Units that left a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// When. A count of that moment does not know of it yet.
    pub at: Instant,
    /// How many; below zero, so many came back.
    pub units: i64,
}

/// Departures of one SKU from one place, in any order.
///
/// Each stays until a count knows of it, however old it is: dropping it would bring its units back
/// with a count from before it, and there is room for those of an ERP that never counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departures(Vec<Departure>);

impl Departures {
    /// As many as are kept: every reservation rewrites the item they are in.
    pub const MOST: usize = 20;

    /// One after the other.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Departure> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is room for no other.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.len() >= Self::MOST
    }

    /// Units that left, less those that came back.
    #[must_use]
    pub fn units(&self) -> i64 {
        let units = self.0.iter().map(|departure| departure.units);
        units.fold(0, i64::saturating_add)
    }

    /// Those a count made at `counted_at` does not know of.
    #[must_use]
    pub fn unknown_at(&self, counted_at: Instant) -> Self {
        let unknown = |departure: &&Departure| departure.at >= counted_at;
        self.0.iter().filter(unknown).copied().collect()
    }

    /// With one more. Where there is no room for it, those before it are put together until half
    /// the room is free, so that a late count may find fewer units for sale than there are, and
    /// never more:
    ///
    /// - What came back is forgotten. A count from before it lacks those units.
    /// - Two neighbours become one at the later one's moment. A count from between takes off the
    ///   earlier one's units, which it knew were gone. The two are those that do this to the fewest
    ///   units over the shortest time, so a burst of sales becomes one, and the night between two
    ///   days, when counts are made, stays a gap.
    #[must_use]
    pub fn and(&self, departure: Departure) -> Self {
        let mut kept = self.0.clone();
        if self.is_full() {
            kept.retain(|departure| departure.units > 0);
            kept.sort_unstable_by_key(|departure| departure.at);
            while kept.len() > Self::MOST / 2 && merge_nearest(&mut kept) {}
        }
        kept.push(departure);
        Self(kept)
    }
}

impl FromIterator<Departure> for Departures {
    fn from_iter<I: IntoIterator<Item = Departure>>(departures: I) -> Self {
        Self(departures.into_iter().collect())
    }
}

/// Puts the two of `sorted` together that lie nearest, weighed by the units that move; `false` if
/// there are no two.
fn merge_nearest(sorted: &mut Vec<Departure>) -> bool {
    let distance = |pair: &[Departure]| match pair {
        [earlier, later] => {
            let apart = later.at.millis() - earlier.at.millis();
            i128::from(apart) * i128::from(earlier.units)
        }
        _ => 0,
    };
    let nearest = sorted
        .windows(2)
        .map(distance)
        .enumerate()
        .min_by_key(|(_, distance)| *distance);
    let Some((index, _)) = nearest else {
        return false;
    };
    let earlier = sorted.remove(index);
    if let Some(later) = sorted.get_mut(index) {
        later.units = later.units.saturating_add(earlier.units);
    }
    true
}

#[cfg(test)]
mod tests;
