using System.CommandLine;
using NativeHost.Messages;
using NativeHost.ModelCache.Hub;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent token</c>: the user's token at the hub, for what is gated or the user's own.</summary>
internal static class TokenCommand
{
    /// <param name="readToken">Reads the token that a person types or pipes in; null at the end of the input.</param>
    public static Command Create(LibraryVerbs verbs, Func<CancellationToken, Task<string?>> readToken)
    {
        var json = LibraryVerbs.JsonOption();
        json.Recursive = true;
        return new Command("token", "Your token at the Hugging Face hub: models that are gated, or your own, need one. All tools for the hub share it.")
        {
            json,
            Set(verbs, readToken, json),
            Status(verbs, json),
            Clear(verbs, json),
        };
    }

    private static Command Set(LibraryVerbs verbs, Func<CancellationToken, Task<string?>> readToken, Option<bool> json)
    {
        // There for those who try it: what stands in a command line is seen by others, and kept by the shell.
        var wrong = new Argument<string[]>("token") { Hidden = true, Arity = ArgumentArity.ZeroOrMore };
        wrong.Validators.Add(result => result.AddError("The token is not taken from the command line, where other programs see it. Type: tabagent token set, and then the token."));
        var command = new Command(
            "set",
            """
            Keep a token, which is read from the keyboard (and not shown) or from a pipe. Make one with the right to read on the
            hub's page Settings, Access Tokens.
            """)
        {
            wrong,
        };
        command.SetAction((result, cancellationToken) => verbs.RunAsync(async library =>
        {
            var token = await readToken(cancellationToken);
            if (string.IsNullOrWhiteSpace(token))
            {
                await verbs.ComplainAsync("No token came, and nothing was changed.");
                return ExitCodes.Failed;
            }

            library.Token.Store(token);
            return await TellAsync(verbs, await library.Hub.TokenStatusAsync(cancellationToken), result.GetValue(json));
        }));
        return command;
    }

    private static Command Status(LibraryVerbs verbs, Option<bool> json)
    {
        var command = new Command("status", "Ask the hub whose the token is. The token itself is never shown.");
        command.SetAction((result, cancellationToken) => verbs.RunAsync(async library
            => await TellAsync(verbs, await library.Hub.TokenStatusAsync(cancellationToken), result.GetValue(json))));
        return command;
    }

    private static Command Clear(LibraryVerbs verbs, Option<bool> json)
    {
        var command = new Command("clear", "Forget the token that is kept, for all tools for the hub on this machine.");
        command.SetAction((result, _) => verbs.RunAsync(async library =>
        {
            var wasThere = library.Token.Clear();
            var source = library.Token.Source;
            if (result.GetValue(json))
            {
                await verbs.WriteJsonAsync(
                    new TokenOutcome(WireWord.Of(source), source == TokenSource.Environment ? library.Settings.TokenVariable : null, null, null), ModelsJson.Default.TokenOutcome);
            }
            else
            {
                await verbs.WordsBeside(isJson: false).WriteLineAsync(wasThere ? "The token is forgotten." : "No token was kept.");
            }

            if (source == TokenSource.Environment)
            {
                await verbs.ComplainAsync($"The variable {library.Settings.TokenVariable} still gives a token; remove it where it is set.");
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    /// <returns>The exit code: a failure where the hub does not know the token.</returns>
    private static async Task<int> TellAsync(LibraryVerbs verbs, TokenStatus status, bool isJson)
    {
        if (isJson)
        {
            await verbs.WriteJsonAsync(new TokenOutcome(WireWord.Of(status.Source), status.Place, status.IsAccepted, status.UserName), ModelsJson.Default.TokenOutcome);
        }
        else if (status.IsAccepted != false)
        {
            await verbs.WordsBeside(isJson: false).WriteLineAsync(
                status.Source == TokenSource.None ? "There is no token. What is public needs none. Set one: tabagent token set"
                    : status.IsAccepted == true ? $"The token in {status.Place} is {status.UserName}'s."
                    : $"There is a token in {status.Place}; the hub could not be asked whose it is.");
        }

        if (status.IsAccepted == false)
        {
            await verbs.ComplainAsync($"The hub does not know the token in {status.Place}. Set another (tabagent token set), or do without (tabagent token clear).");
        }

        if (status is { Source: not TokenSource.None, IsSent: false })
        {
            await verbs.ComplainAsync("HF_HUB_DISABLE_IMPLICIT_TOKEN is set: the token is not sent along.");
        }

        return status.IsAccepted == false ? ExitCodes.Failed : ExitCodes.Ok;
    }
}
