//! Where the units of a line are.

use std::fmt;

use feirante_models::{Quantity, WarehouseId};
use serde::{Deserialize, Serialize};

use crate::allocation::Taken;

/// The warehouses that ship a line. They ship all of it together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Places {
    /// One ships the whole line.
    One(WarehouseId),
    /// Each ships a part of it.
    Several(Vec<Place>),
}

/// A part of a line and who ships it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Who.
    pub warehouse: WarehouseId,
    /// How many units.
    pub quantity: Quantity,
}

impl Places {
    /// The places of what was taken for a line; `None` where nothing was.
    #[must_use]
    pub fn of(taken: &[Taken<'_>]) -> Option<Self> {
        if let [all] = taken {
            return Some(Self::One(all.warehouse.clone()));
        }
        let place = |part: &Taken<'_>| {
            Some(Place {
                warehouse: part.warehouse.clone(),
                quantity: Quantity::new(part.units)?,
            })
        };
        let places: Vec<Place> = taken.iter().filter_map(place).collect();
        (!places.is_empty()).then_some(Self::Several(places))
    }

    /// The places that have so many units each; `None` where none has any.
    #[must_use]
    pub(crate) fn at(parts: impl IntoIterator<Item = (WarehouseId, i64)>) -> Option<Self> {
        let place = |(warehouse, units)| {
            Some(Place {
                warehouse,
                quantity: Quantity::new(units)?,
            })
        };
        let mut places: Vec<Place> = parts.into_iter().filter_map(place).collect();
        match places.len() {
            0 => None,
            1 => places.pop().map(|place| Self::One(place.warehouse)),
            _ => Some(Self::Several(places)),
        }
    }

    /// The warehouses of a line of `quantity`, each with its units.
    pub fn parts(&self, quantity: Quantity) -> impl Iterator<Item = (&WarehouseId, Quantity)> {
        let (one, several) = match self {
            Self::One(warehouse) => (Some((warehouse, quantity)), [].as_slice()),
            Self::Several(places) => (None, places.as_slice()),
        };
        let several = several
            .iter()
            .map(|place| (&place.warehouse, place.quantity));
        one.into_iter().chain(several)
    }
}

impl From<WarehouseId> for Places {
    fn from(warehouse: WarehouseId) -> Self {
        Self::One(warehouse)
    }
}

/// `main`, or `main: 3, far: 2`.
impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = match self {
            Self::One(warehouse) => return warehouse.fmt(f),
            Self::Several(places) => places,
        };
        for (index, place) in places.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{}: {}", place.warehouse, place.quantity)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn quantity(units: i64) -> Quantity {
        Quantity::new(units).unwrap()
    }

    #[test]
    fn one_warehouse_is_kept_as_its_name_and_several_with_their_units() {
        let warehouses = ["main", "far"].map(|id| WarehouseId::parse(id).unwrap());
        let taken = [(&warehouses[0], 3), (&warehouses[1], 2)];
        let taken = taken.map(|(warehouse, units)| Taken { warehouse, units });
        let one = Places::of(&taken[..1]).unwrap();
        let both = Places::of(&taken).unwrap();
        assert_eq!(Places::of(&[]), None);
        let kept = json!([
            {"warehouse": "main", "quantity": 3}, {"warehouse": "far", "quantity": 2},
        ]);
        for (places, json) in [(&one, json!("main")), (&both, kept)] {
            assert_eq!(serde_json::to_value(places).unwrap(), json);
            assert_eq!(&serde_json::from_value::<Places>(json).unwrap(), places);
        }
        assert_eq!(
            (one.to_string(), both.to_string()),
            ("main".to_owned(), "main: 3, far: 2".to_owned())
        );
        let parts = |places: &Places| -> Vec<(String, i64)> {
            let parts = places.parts(quantity(5));
            parts
                .map(|(place, units)| (place.to_string(), units.get()))
                .collect()
        };
        assert_eq!(parts(&one), [("main".to_owned(), 5)]);
        assert_eq!(
            parts(&both),
            [("main".to_owned(), 3), ("far".to_owned(), 2)]
        );
    }
}
