//! How a payee looks on the pages that payers see: a logo, and one accent. They come in a second piece of style, which stands in
//! the policy of that page by its hash, as all style does.

use super::colour::Accent;
use maud::{Markup, html};

/// A payee's look on one page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The colour of buttons and links.
    pub accent: Option<Accent>,
    /// The picture beside the name.
    pub logo: Option<LogoView>,
}

/// A picture of the payee's at an address of this origin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoView {
    /// Address.
    pub url: String,
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
}

impl Look {
    /// The piece of style, if the look needs one.
    #[must_use]
    pub fn style(&self) -> Option<String> {
        let logo = self
            .logo
            .as_ref()
            .map(|_| ".logo{width:auto;max-width:8rem;height:2rem;object-fit:contain;vertical-align:middle;margin-right:8px}");
        let accent = self.accent.map(|Accent { light, dark, .. }| format!(":root{{--acc:light-dark({light},{dark})}}"));
        let style = [accent.as_deref(), logo].into_iter().flatten().collect::<String>();
        (!style.is_empty()).then_some(style)
    }

    /// The logo, before a name that says whose it is.
    #[must_use]
    pub fn logo(&self) -> Markup {
        html! { @if let Some(logo) = &self.logo { img.logo src=(logo.url) width=(logo.width) height=(logo.height) alt=""; } }
    }
}
