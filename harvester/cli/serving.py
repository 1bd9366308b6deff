"""The command that answers readers: pages, search, feeds, the API."""

from __future__ import annotations

import click

from harvester.cli import Context


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0: any that is free."
)
@click.option(
    "--base-url",
    metavar="URL",
    help="Where the public finds it, as a proxy in front passes it on [default: `base_url` of the config file].",
)
@click.pass_obj
def serve(context: Context, host: str, port: int, base_url: str | None) -> None:
    """Serve the index to readers: listings, search, items, feeds, a JSON API. Read only; ends with Ctrl-C.

    A new index is read as soon as it is there. For the public, put a web server in front that speaks HTTPS.
    """
    from msgspec.structs import replace

    from harvester import pages, styles
    from harvester.errors import ConfigError, StoreError
    from harvester.serve import Settings, data, running

    config = context.config
    web = replace(config.web, base_url=base_url) if base_url is not None else config.web
    for _, fault in pages.check(web):
        raise click.BadParameter(fault, param_hint="--base-url")
    site = replace(pages.site(web, config.listings), styles=tuple(styles.styles()))
    if web.data and not data.installed():
        raise ConfigError(f"{context.path}: web.data: {data.WANTED}")
    settings = Settings(index=config.index, store=config.store, site=site, provider=config.provider, data=web.data)
    try:
        sock = running.listening(host, port)
    except OSError as error:
        cure = "is another server running there? --port names another one"
        raise StoreError(f"{host}:{port}: cannot be listened on: {error.strerror or error}; {cure}") from error
    with sock:
        address = f"[{host}]" if ":" in host else host
        click.echo(f"http://{address}:{sock.getsockname()[1]}{pages.root(site)}")
        running.server(settings).run(sockets=[sock])


COMMANDS = (serve,)
