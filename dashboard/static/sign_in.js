/* Signing in: passwords that can be looked at, secrets that can be copied, and pages whose session has ended. */
(function () {
  "use strict";

  // A button beside each password field; without this script the field is as it ever was.
  document.querySelectorAll("input[type=password][data-show]").forEach(function (input) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "peek";
    function say() {
      var hidden = input.type === "password";
      button.textContent = hidden ? input.dataset.show : input.dataset.hide;
      button.setAttribute("aria-label", input.dataset.what);
      button.setAttribute("aria-pressed", hidden ? "false" : "true");
    }
    button.addEventListener("click", function () {
      input.type = input.type === "password" ? "text" : "password";
      say();
      input.focus();
    });
    say();
    input.parentNode.appendChild(button);
  });

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element ? event.target.closest("[data-copy-secret]") : null;
    if (!button) return;
    var secret = document.getElementById("secret").textContent;
    navigator.clipboard.writeText(secret).then(function () { button.textContent = button.dataset.copySecret; });
  });

  // --- a page whose session ended leads to the sign-in page, and back to where it was ---
  if (!window.hub_parts) return;
  var leaving = false;
  function leave() {
    if (leaving) return;
    leaving = true;
    var here = location.pathname + location.search;
    location.assign("/sign-in?said=ended&next=" + encodeURIComponent(here));
  }
  var ask = window.fetch;
  window.fetch = function () {
    return ask.apply(this, arguments).then(function (answer) {
      if (answer.status === 401 && new URL(answer.url).origin === location.origin) leave();
      return answer;
    });
  };
  // A connection that was refused looks like one that broke: the server says which of the two it is.
  setInterval(function () {
    var live = document.getElementById("live");
    if (live && live.dataset.state === "lost") window.fetch("/account/signed-in").catch(function () {});
  }, 5000);
})();
