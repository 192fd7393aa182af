// An old address: on to the new one, with the settings of a lab or the section that were asked for.
location.replace(document.currentScript.dataset.to + location.search + location.hash);
