//! The languages that the faces and the tickets speak: for each a folder of texts in `assets/text/` and a line below.

/// Declares the closed list once: variant and BCP 47 tag, which is also the name of the folder.
macro_rules! languages {
    ($($(#[$attribute:meta])* $variant:ident $tag:literal)*) => {
        /// A language. All of them are carried by the program.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Language { $($(#[$attribute])* #[doc = concat!("`", $tag, "`")] $variant,)* }

        impl Language {
            /// All languages, in the order of the buttons.
            pub const ALL: &[Language] = &[$(Language::$variant,)*];
            /// Their tags, for people.
            pub const TAGS: &str = concat!($(" ", $tag),*);

            /// BCP 47 tag.
            pub const fn tag(self) -> &'static str {
                match self { $(Language::$variant => $tag,)* }
            }

            /// Its texts, file by file, in Fluent's form.
            pub const fn texts(self) -> [&'static str; 5] {
                match self {
                    $(Language::$variant => [
                        include_str!(concat!("../assets/text/", $tag, "/lobby.ftl")),
                        include_str!(concat!("../assets/text/", $tag, "/desk.ftl")),
                        include_str!(concat!("../assets/text/", $tag, "/words.ftl")),
                        include_str!(concat!("../assets/text/", $tag, "/trouble.ftl")),
                        include_str!(concat!("../assets/text/", $tag, "/records.ftl")),
                    ],)*
                }
            }

            /// The words of records ([`crate::text::Said`]): one message a line.
            pub const fn records(self) -> &'static str {
                let [.., records] = self.texts();
                records
            }
        }
    };
}

languages! {
    #[default]
    English "en"
    Spanish "es"
}

impl Language {
    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Language> {
        Language::ALL.iter().copied().find(|language| language.tag() == tag)
    }
}
