//! What must hold wherever the site lies: on the server, as files at the root of another one, and as files below a folder.

/// A test for each kind of site from each function that takes one.
macro_rules! on_every_site {
    ($($test:ident),+ $(,)?) => {
        on_every_site!(@ served, e2e::Site::shared(), $($test)+);
        on_every_site!(@ exported, e2e::Site::exported(""), $($test)+);
        on_every_site!(@ exported_below_a_folder, e2e::Site::exported("notes"), $($test)+);
    };
    (@ $kind:ident, $site:expr, $($test:ident)+) => {
        mod $kind {
            $(
                #[test]
                fn $test() {
                    super::$test(&$site);
                }
            )+
        }
    };
}
