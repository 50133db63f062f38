//! Why a method costs what it does, takes as long as it does, or is not offered.
//!
//! For whom asks why: facts only, no text. Methods and warehouses are named by their place in the
//! seller file.

use feirante_models::Cents;
use jiff::civil::Date;

use super::weight::Weight;
use crate::allocation::Taken;
use crate::settings::Estimate;

/// What became of a method for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered<'a> {
    /// Its place among `settings.shipping.methods`.
    pub method: usize,
    /// What is charged, or why it is not offered.
    pub outcome: Result<FreightBasis, Excluded>,
    /// Who would ship the line; nobody where it is not offered.
    pub places: Vec<Taken<'a>>,
}

/// What a freight was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreightBasis {
    /// The rule it follows.
    pub rate: RateBasis,
    /// What the line weighs.
    pub weight: Weight,
    /// What the line is worth, in cents.
    pub value: Cents,
    /// What the rule alone charges, in cents.
    pub rated: Cents,
    /// Whether the line's value makes it free.
    pub free: bool,
    /// How long it is under way.
    pub transit: Estimate,
    /// What handling adds to it; `None` where no warehouse of the line tells of handling.
    pub handled: Option<Handled>,
}

/// What handling made of a transit time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handled {
    /// The warehouse, by its place among `settings.warehouses`: the slowest of the line's.
    pub warehouse: usize,
    /// The day goods leave it.
    pub leaves: Date,
    /// The day they arrive.
    pub arrives: Date,
}

/// The rule a freight follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateBasis {
    /// The same for every line.
    Fixed,
    /// The rate of lines up to this weight.
    UpTo {
        /// In grams.
        grams: i64,
    },
    /// The heaviest rate and kilograms above it.
    ExtraKilograms {
        /// The end of the heaviest rate, in grams.
        above_grams: i64,
        /// The kilograms begun above that.
        kilograms: i64,
    },
    /// The rate of lines worth at least this.
    FromValue(Cents),
    /// A row of the method's rate table.
    Row {
        /// Its line in the file.
        line: u32,
        /// The kilograms begun above the row's start that were charged.
        kilograms: i64,
    },
}

/// Why a method is not offered for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excluded {
    /// The address is in none of its areas.
    OutOfArea,
    /// Its rate table has no row for the address.
    NotInTable,
    /// The SKU names other methods, or does not name this one, which is for SKUs that do.
    NotForSku,
    /// Its warehouses have not enough.
    NotEnoughStock {
        /// The most that one has, or where lines may be split all together.
        most: i64,
    },
    /// No rate reaches the weight that is charged.
    TooHeavy {
        /// In grams; `None`: more than can be counted.
        grams: Option<i64>,
    },
    /// Its rate table has rows for the address, and none for this weight and value.
    NoRow {
        /// The weight that is charged, in grams.
        grams: i64,
        /// What the line is worth, in cents.
        value: Cents,
    },
    /// It costs more than can be counted.
    TooDear,
    /// It delivers in windows, and there is none within the days it looks ahead.
    NoWindow,
    /// There are windows, and all are taken.
    WindowsFull,
    /// The calendar has no day on which it could arrive.
    NoDay,
}
