"""The script and the style sheet, on pages of made-up clusters (scenes.cpp) that a fake master serves."""

import re
import urllib.parse

from harness import check

# Every text of a page against what is behind it: the least contrast, where it is, and what the text says.
CONTRAST = """(() => {
  const numbers = colour => { const n = colour.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const linear = v => v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.slice(0, 3).map(linear);
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = element => { for (let e = element; e; e = e.parentElement) {
    const c = numbers(getComputedStyle(e).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
  let worst = [99, ''];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility({visibilityProperty: true}) || e.closest('svg')) continue;
    const a = light(numbers(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, e.tagName + '.' + e.className + ': ' + walk.currentNode.data.slice(0, 40)];
  }
  return worst;
})()"""

SCENES = ("alone", "empty", "busy", "recovering", "standby", "nobody", "app", "waiting-app")


def scenes_are_readable_in_both_lights(master, page):
    for dark in (False, True):
        for width in (1280, 390):
            page.look_like(width, 900, dark)
            for scene in SCENES:
                page.go(f"{master.address}/{scene}")
                ratio, where = page.run(CONTRAST)
                check(ratio >= 4.5, f"{scene}, {'dark' if dark else 'light'}, {width}: contrast {ratio:.2f} at {where}")


def pages_never_scroll_sideways(master, page):
    for width in (1280, 1000, 800, 390, 320):
        page.look_like(width)
        for scene in SCENES:
            page.go(f"{master.address}/{scene}")
            wide = page.run("document.documentElement.scrollWidth")
            check(wide <= width, f"{scene} is {wide} wide on a screen of {width}")


def narrow_rows_carry_the_headings_of_their_tables(master, page):
    """On a phone the style sheet writes the headings before the cells: they must be the table's own."""
    page.look_like(390)
    for scene in ("busy", "app", "standby"):
        page.go(f"{master.address}/{scene}")
        wrong = page.run("""[...document.querySelectorAll('table.list')].flatMap(table =>
            [...(table.tBodies[0].rows[0]?.cells || [])].map((cell, i) => {
              const shown = getComputedStyle(cell, '::before').content, is = `"${table.tHead.rows[0].cells[i].textContent}"`;
              return shown === is ? '' : `${is} is shown as ${shown}`; })).filter(text => text)""")
        check(not wrong, f"{scene}: {wrong}")


def page_is_complete_without_its_script(master, page):
    page.scripts(False)
    page.go(f"{master.address}/busy")
    page.scripts(True)
    text = page.text()
    for part in ("Spark Master at spark://m1:7077", "Workers (300)", "Running Applications (100)", "m1:7077 leads",
                 "Last Failover"):
        check(part in text, f"without script there is no {part!r}")
    check("live" not in text.split("\n")[:4], "without script the page says that it is live")


def structure_is_sound(master, page):
    page.go(f"{master.address}/busy")
    missing = page.run("""[...document.querySelectorAll('a[href*="#"]')].map(a => a.getAttribute('href'))
        .filter(href => href.startsWith('#') && !document.getElementById(href.slice(1)))""")
    check(not missing, f"links lead nowhere: {missing}")
    ids = page.run("[...document.querySelectorAll('[id]')].map(e => e.getAttribute('id'))")
    check(len(ids) == len(set(ids)), f"ids occur twice: {sorted(one for one in ids if ids.count(one) > 1)}")
    headings = page.run("[...document.querySelectorAll('h1, h2, h3, h4')].map(h => +h.tagName[1])")
    check(headings[0] == 1 and headings.count(1) == 1 and all(b - a <= 1 for a, b in zip(headings, headings[1:])),
          f"headings skip a level: {headings}")
    unnamed = page.run("[...document.querySelectorAll('table')].filter(t => !t.caption?.textContent.trim()).length")
    check(unnamed == 0, f"{unnamed} tables have no caption")
    loose = page.run("[...document.querySelectorAll('th')].filter(h => !h.scope).length")
    check(loose == 0, f"{loose} headings of tables have no scope")


def first_key_is_the_skip_link(master, page):
    page.go(f"{master.address}/busy")
    page.press("Tab", "Tab", 9)
    check(page.run("document.activeElement.className") == "skip", "Tab does not begin at the skip link")
    page.press("Enter", "Enter", 13)
    page.wait("the skip link to lead to the content", "location.hash === '#content'")


def events_change_rows_in_place(master, page):
    """What the reader does (a focus, an open part, a filter, a selection, the scroll position) outlives a change."""
    master.scene = "busy"
    page.go(master.address + "/")
    page.wait("the page to be live", "document.getElementById('live').textContent === 'live'")
    page.run("""(() => {
        const input = document.querySelector('#workers .filter input');
        input.value = '10.20.1'; input.dispatchEvent(new Event('input', {bubbles: true})); input.focus();
        document.querySelector('#running-app .kill').open = true;
        window.scrollTo(0, 900);
        const cell = document.querySelector('#running-app tbody tr:nth-child(5) td');
        getSelection().selectAllChildren(cell.querySelector('a'));
        window.kept = [input, cell, window.scrollY, getSelection().toString()]; })()""")
    shown = page.run("document.querySelectorAll('#workers tbody tr:not([hidden])').length")
    check(0 < shown < 300, f"the filter shows {shown} of 300 workers")
    master.edit = lambda text: re.sub(r"<td>10\.20\.1\.15:7078</td><td>ALIVE</td>",
                                      "<td>10.20.1.15:7078</td><td>UNKNOWN</td>", text)
    master.tell()
    page.wait("the changed state to be shown", "document.querySelector('#workers tbody').textContent.includes('UNKNOWN')", 5)
    now = page.run("""[document.activeElement === kept[0], kept[0].value, document.querySelector('#running-app .kill').open,
        kept[1].isConnected, Math.abs(window.scrollY - kept[2]) < 2, getSelection().toString() === kept[3],
        document.querySelectorAll('#workers tbody tr:not([hidden])').length]""")
    check(now == [True, "10.20.1", True, True, True, True, shown],
          f"focus, filter, open part, row, scroll, selection, rows: {now}")


def rows_come_and_go(master, page):
    master.scene = "busy"
    page.go(master.address + "/")
    page.wait("the page to be live", "document.getElementById('live').textContent === 'live'")
    first = page.run("window.second = document.querySelector('#workers tbody tr:nth-child(2)'); "
                     "document.querySelector('#workers tbody tr td').textContent")

    def without_first(text):
        begin = text.index("<tr", text.index("<tbody>", text.index('id="workers"')))
        end = text.index("</tr>", begin) + 5
        new = "<tr><td>worker-00000000000000-new-1</td><td>new:1</td><td>ALIVE</td><td>1</td><td>1</td><td></td></tr>"
        return text[:begin] + text[end:].replace("<tr>", new + "<tr>", 1)
    master.edit = without_first
    master.tell()
    page.wait("the new row to come", "document.querySelector('#workers tbody').textContent.includes('new-1')", 5)
    check(not page.run(f"document.querySelector('#workers tbody').textContent.includes('{first}')"), "the old row stays")
    check(page.run("second.isConnected"), "a row that did not change was made anew")


def headings_sort(master, page):
    page.go(f"{master.address}/busy")
    column = """[...document.querySelectorAll('#workers tbody tr')].map(tr => parseInt(tr.cells[3].textContent))"""
    page.run("document.querySelectorAll('#workers .sort')[3].click()")
    cores = page.run(column)
    check(cores == sorted(cores) and cores[0] < cores[-1], f"not sorted by cores: {cores[:5]}…{cores[-5:]}")
    check(page.run("document.querySelectorAll('#workers th')[3].getAttribute('aria-sort')") == "ascending", "no aria-sort")
    page.run("document.querySelectorAll('#workers .sort')[3].click()")
    check(page.run(column) == sorted(cores, reverse=True), "a second click does not turn the order round")
    page.run("document.querySelectorAll('#running-app .sort')[8].click()")
    durations = page.run("[...document.querySelectorAll('#running-app tbody tr')].map(tr => tr.cells[8].textContent)")
    units = {"ms": 1, "s": 1e3, "min": 6e4, "h": 3.6e6}
    values = [float(text.split()[0]) * units[text.split()[1]] for text in durations]
    check(values == sorted(values), f"not sorted by duration: {durations[:8]}")


def killing_takes_two_steps_and_brings_the_token(master, page):
    for script in (False, True):
        page.scripts(script)
        page.go(f"{master.address}/busy")
        page.scripts(True)
        shown = page.run("document.querySelector('#running-app .kill button').checkVisibility()")
        check(not shown, "one slip kills an application")
        name = page.run("document.querySelector('#running-app .kill button').value")
        page.run("document.querySelector('#running-app .kill summary').click()")
        loads = page.loads()
        page.run("document.querySelector('#running-app .kill button').click()")
        page.wait_for_load(loads)
        path, body = master.posts[-1]
        fields = dict(urllib.parse.parse_qsl(body))
        check(path == "/app/kill/" and fields == {"terminate": "true", "csrf": "0123456789abcdef0123456789abcdef", "id": name},
              f"POST {path} {fields}")
    page.go(f"{master.address}/busy")
    page.run("document.querySelector('#running-driver .kill summary').click()")
    loads = page.loads()
    page.run("document.querySelector('#running-driver .kill button').click()")
    page.wait_for_load(loads)
    check(master.posts[-1][0] == "/driver/kill/", f"a driver's button posts to {master.posts[-1][0]}")


def hidden_buttons_can_be_reached_by_keyboard(master, page):
    page.go(f"{master.address}/busy")
    page.run("document.querySelector('#running-app .kill summary').focus()")
    page.press("Enter", "Enter", 13)
    page.wait("the button to be shown", "document.querySelector('#running-app .kill').open")
    page.press("Tab", "Tab", 9)
    check(page.run("document.activeElement.textContent").startswith("Kill app-"), "Tab does not lead to the button")
    page.press("Escape", "Escape", 27)
    check(not page.run("document.querySelector('#running-app .kill').open"), "Escape does not close it")


def master_that_is_gone_is_said_to_be(master, page):
    master.scene = "busy"
    page.go(master.address + "/")
    page.wait("the page to be live", "document.getElementById('live').textContent === 'live'")
    master.gone = True
    page.wait("the page to say that the master is gone", "!document.getElementById('gone').hidden", 15)
    said = page.run("document.getElementById('gone').textContent")
    check("does not answer" in said and "m2:7077" in said and "m3:7077" in said, f"the page says {said!r}")
    check("disconnected" in page.run("document.getElementById('live').textContent"), "the corner does not say it")
    master.scene, master.gone = "standby", False
    page.wait("the page to be live again", "document.getElementById('live').textContent === 'live'", 20)
    page.wait("the page to be the standby's", "document.querySelector('.badge').textContent === 'standby'", 10)
    check(page.run("document.getElementById('gone').hidden"), "the page still says that the master is gone")
    page.complaints.clear()  # the browser's own words for a connection that was cut


CASES = [scenes_are_readable_in_both_lights, pages_never_scroll_sideways, narrow_rows_carry_the_headings_of_their_tables,
         page_is_complete_without_its_script, structure_is_sound, first_key_is_the_skip_link, events_change_rows_in_place,
         rows_come_and_go, headings_sort, killing_takes_two_steps_and_brings_the_token, hidden_buttons_can_be_reached_by_keyboard,
         master_that_is_gone_is_said_to_be]
