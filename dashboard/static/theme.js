/* Before the first paint: the reader's chosen theme, if there is one. */
(function () {
  var chosen = document.cookie.match(/(?:^|; )hub_theme=(light|dark)/);
  if (chosen) document.documentElement.dataset.theme = chosen[1];
})();
