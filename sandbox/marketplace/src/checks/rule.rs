//! The rules, each with a short name that tests and reports can rely on.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident = $id:literal,)*) => {
        /// What an answer can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Rule {
            $($(#[$doc])* $rule,)*
        }

        impl Rule {
            /// Every rule there is.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$rule,)*];

            /// The rule's short name.
            #[must_use]
            pub(crate) const fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id,)*
                }
            }
        }
    };
}

rules! {
    // Every answer
    /// The status is not 200 where no other is allowed.
    AnswerStatus = "answer-status",
    /// The body of a success is no JSON of the right top-level type, or is not called JSON.
    AnswerJson = "answer-json",
    /// The answer came after the limit (protocol §1.1: 2.5 s for a simulation).
    AnswerLate = "answer-late",
    /// A refusal's body is not the error envelope (protocol §2.4).
    ErrorEnvelope = "error-envelope",
    /// A field that must be there is not.
    FieldMissing = "field-missing",
    /// A field has another type than documented, or is null where null is not allowed.
    FieldType = "field-type",
    /// A date that can't be read (protocol §2.3).
    DateUnreadable = "date-unreadable",
    /// Something of the request that did not come back as it was.
    Echo = "echo",

    // Simulation: rows
    /// An index that points at no line of the request.
    IndexRange = "index-range",
    /// Two rows of one list for the same line of the request.
    IndexRepeated = "index-repeated",
    /// Money that is not a whole, non-negative number of cents.
    Cents = "cents",
    /// A quantity below zero or beyond what was asked for.
    QuantityRange = "quantity-range",
    /// A list price below the price.
    ListPrice = "list-price",
    /// A price whose validity is over.
    PriceExpired = "price-expired",
    /// A unit multiplier of zero or less.
    UnitMultiplier = "unit-multiplier",
    /// `offerings` is null or missing.
    OfferingsNull = "offerings-null",

    // Simulation: logistics
    /// `logisticsInfo` is empty with something available, or has rows with nothing available.
    LogisticsEmpty = "logistics-empty",
    /// An available line has no row in `logisticsInfo`, or a row there has no item, or they
    /// disagree about the quantity.
    RowsDiffer = "rows-differ",
    /// A stock below zero, below what is promised of it, or told differently for one SKU.
    StockBalance = "stock-balance",
    /// A country that is not three capital letters.
    ShipsTo = "ships-to",
    /// In a checkout, `allowMultipleDeliveries` is not true.
    MultipleDeliveries = "multiple-deliveries",
    /// An unknown delivery channel, or one listed twice.
    DeliveryChannel = "delivery-channel",
    /// A delivery option of a channel that `deliveryChannels` doesn't list.
    ChannelUnlisted = "channel-unlisted",
    /// A delivery option although no address was given.
    SlaWithoutAddress = "sla-without-address",
    /// A delivery option without an id, or two of a line with the same.
    SlaId = "sla-id",
    /// An estimate outside the grammar `^\d+(bd|d|h|m)$`.
    ShippingEstimate = "shipping-estimate",
    /// A delivery window that ends before it starts, or stands before an earlier one.
    WindowOrder = "window-order",
    /// A delivery window that has started already.
    WindowPast = "window-past",
    /// A pickup option without its store, a delivery with one, or a store that is incomplete.
    PickupStore = "pickup-store",

    // Placement
    /// An array answered with an object or an object with an array.
    PlacementShape = "placement-shape",
    /// Another number of orders than was sent.
    PlacementCount = "placement-count",
    /// An order id that is empty, over 50 characters, or not safe in a URL.
    OrderId = "order-id",
    /// Two orders with one id.
    OrderIdRepeated = "order-id-repeated",
    /// A repeated placement got another order id.
    OrderIdChanged = "order-id-changed",
    /// A placement that was taken is refused when it is repeated.
    RepeatRefused = "repeat-refused",
    /// A follow-up address that is no e-mail address.
    FollowUpEmail = "follow-up-email",

    // Authorization and cancellation
    /// A receipt for other orders than the one in question.
    IdsDiffer = "ids-differ",
    /// A repeat got another receipt.
    ReceiptChanged = "receipt-changed",
    /// A cancellation that was confirmed is not any more.
    DecisionChanged = "decision-changed",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
