use crate::text::named;

named! {
    /// What is signed, and what the signatures are for.
    SignatureKind {
        /// An order of virtual payment: `wx.requestVirtualPayment`.
        VirtualPayment = "virtual_payment",
        /// The contract of a subscription: `wx.requestSubscribeSign`.
        Subscribe = "subscribe",
        /// An order of B2b payment: `wx.requestCommonPayment`.
        CommonPayment = "common_payment",
        /// An order of an item in a game: `wx.requestMidasPaymentGameItem`.
        MidasGameItem = "midas_game_item",
        /// The body of a call about a user's tokens: `/xpay`.
        Xpay = "xpay",
        /// The body of a call about a user's coins in a game: `/wxa/game`.
        Game = "game",
        /// The page that an entry of the phone's calendar opens: `wx.addPhoneCalendar`.
        PhoneCalendar = "phone_calendar",
    }
}

named! {
    /// What a payment signature covers before the text: a function of WeChat's client, or the path of a call
    /// of its server API. No other path is signed; most others under `/xpay` need no signature of the user,
    /// and move money.
    PaymentUri {
        /// `wx.requestVirtualPayment`.
        RequestVirtualPayment = "requestVirtualPayment",
        /// `wx.requestSubscribeSign`.
        RequestSubscribeSign = "requestSubscribeSign",
        /// `wx.requestCommonPayment`.
        RequestCommonPayment = "requestCommonPayment",
        /// `wx.requestMidasPaymentGameItem`.
        RequestMidasPaymentGameItem = "requestMidasPaymentGameItem",
        /// Reads the balance of tokens.
        QueryUserBalance = "/xpay/query_user_balance",
        /// Pays with tokens.
        CurrencyPay = "/xpay/currency_pay",
        /// Takes such a payment back.
        CancelCurrencyPay = "/xpay/cancel_currency_pay",
        /// Reads the balance of coins.
        GameGetbalance = "/wxa/game/getbalance",
        /// Pays with coins.
        GamePay = "/wxa/game/pay",
        /// Takes such a payment back.
        GameCancelpay = "/wxa/game/cancelpay",
        /// Gives coins away.
        GamePresent = "/wxa/game/present",
    }
}

impl PaymentUri {
    /// The kind of signature that it is for.
    pub const fn kind(self) -> SignatureKind {
        match self {
            Self::RequestVirtualPayment => SignatureKind::VirtualPayment,
            Self::RequestSubscribeSign => SignatureKind::Subscribe,
            Self::RequestCommonPayment => SignatureKind::CommonPayment,
            Self::RequestMidasPaymentGameItem => SignatureKind::MidasGameItem,
            Self::QueryUserBalance | Self::CurrencyPay | Self::CancelCurrencyPay => SignatureKind::Xpay,
            Self::GameGetbalance | Self::GamePay | Self::GameCancelpay | Self::GamePresent => {
                SignatureKind::Game
            }
        }
    }

    /// Whether it is a function of WeChat's client, and not a call of its server API.
    pub const fn is_function(self) -> bool {
        match self.kind() {
            SignatureKind::VirtualPayment
            | SignatureKind::Subscribe
            | SignatureKind::CommonPayment
            | SignatureKind::MidasGameItem => true,
            SignatureKind::Xpay | SignatureKind::Game | SignatureKind::PhoneCalendar => false,
        }
    }

    /// The field of a request that holds the text.
    pub const fn field(self) -> &'static str {
        if self.is_function() { "sign_data" } else { "body" }
    }

    /// Those of a kind: one where the kind is a function of WeChat's client.
    pub fn of_kind(kind: SignatureKind) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |uri| uri.kind() == kind)
    }
}
