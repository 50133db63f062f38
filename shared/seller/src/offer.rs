//! What is known of a SKU when something is decided about it.

mod departures;

use std::collections::BTreeMap;

use feirante_models::erp::Dimensions;
use feirante_models::{AccountName, Cents, Instant, SkuId, WarehouseId};
use rust_decimal::Decimal;

pub use departures::{Departure, Departures};

/// What a decision needs of a SKU; names are shown to buyers, all else is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The seller's code.
    pub sku: SkuId,
    /// Whether it is sold at all.
    pub active: bool,
    /// Its name, for people; `None` while only its price or stock is known.
    pub name: Option<String>,
    /// Weight of one unit with its packaging.
    pub weight_grams: i64,
    /// Size of one unit with its packaging.
    pub dimensions: Option<Dimensions>,
    /// Its brand, as the ERP gave it; rules of the seller file choose SKUs by it.
    pub brand: Option<String>,
    /// Its category, as the ERP gave it: `Department/Category`.
    pub category: Option<String>,
    /// `un`, `kg`, …
    pub measurement_unit: String,
    /// How many measurement units one unit is; never 0.
    pub unit_multiplier: Decimal,
    /// Exactly these delivery methods; `None`: every method not marked `only_listed`.
    pub shipping_methods: Option<Vec<String>>,
    /// Services sold with it.
    pub offerings: Vec<Offering>,
    /// Its prices, in any order.
    pub prices: Vec<PriceEntry>,
    /// Its stock at each place.
    pub stock: BTreeMap<WarehouseId, Stock>,
    /// What left each place since it was counted. Only what moves stock has to know: an offer that
    /// is read to be sold comes without.
    pub departures: BTreeMap<WarehouseId, Departures>,
}

/// A service sold with a SKU, like gift wrapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    /// Its kind.
    pub kind: String,
    /// Its id, unique among the SKU's.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its price in cents.
    pub price: Cents,
}

/// A price, for everyone or for one marketplace or sales channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceEntry {
    /// The marketplace it is for; `None`: all.
    pub marketplace: Option<AccountName>,
    /// The sales channel it is for; `None`: all.
    pub sales_channel: Option<String>,
    /// Unit price in cents.
    pub price: Cents,
    /// The "from" price in cents.
    pub list_price: Option<Cents>,
    /// It holds from then on; `None`: it always did.
    pub valid_from: Option<Instant>,
    /// From then on it does not hold any more.
    pub valid_until: Option<Instant>,
    /// No rule takes the price below this, in cents.
    pub floor: Option<Cents>,
}

/// A SKU's stock at one place; `available = on_hand - reserved`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stock {
    /// Units there.
    pub on_hand: i64,
    /// Units there that orders hold.
    pub reserved: i64,
    /// Units that can be sold; below zero when a count found fewer than orders hold.
    pub available: i64,
    /// When `on_hand` was counted.
    pub as_of: Option<Instant>,
}

impl PriceEntry {
    /// A price for everyone, for ever.
    #[must_use]
    pub const fn base(price: Cents) -> Self {
        Self {
            marketplace: None,
            sales_channel: None,
            price,
            list_price: None,
            valid_from: None,
            valid_until: None,
            floor: None,
        }
    }
}

impl Offer {
    /// Whether nothing is known of the SKU.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::unknown(self.sku.clone())
    }

    /// What is known of a SKU of which nothing is known: not sold, no price, no stock.
    #[must_use]
    pub fn unknown(sku: SkuId) -> Self {
        Self {
            sku,
            active: false,
            name: None,
            weight_grams: 0,
            dimensions: None,
            brand: None,
            category: None,
            measurement_unit: "un".to_owned(),
            unit_multiplier: Decimal::ONE,
            shipping_methods: None,
            offerings: Vec::new(),
            prices: Vec::new(),
            stock: BTreeMap::new(),
            departures: BTreeMap::new(),
        }
    }

    /// The units that can be sold from the given places together.
    ///
    /// A place that lacks units takes none from another: goods there can't mend it.
    #[must_use]
    pub fn available<'a>(&self, places: impl IntoIterator<Item = &'a WarehouseId>) -> i64 {
        places
            .into_iter()
            .filter_map(|place| self.stock.get(place))
            .fold(0, |sum, stock| stock.available.max(0).saturating_add(sum))
    }
}
