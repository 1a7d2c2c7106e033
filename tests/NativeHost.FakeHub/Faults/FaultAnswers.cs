using System.Globalization;

namespace NativeHost.Testing;

/// <summary>Answers that a fault gives in place of the right one.</summary>
internal static class FaultAnswers
{
    private const string LoginPage = "<!DOCTYPE html><html><head><title>Login</title></head><body>Please log in to use this network.</body></html>";

    /// <returns>False where the fault leaves the answer to who gives the right one.</returns>
    public static async Task<bool> TrySendAsync(Exchange exchange)
    {
        if (exchange.Fault is not { } fault)
        {
            return false;
        }

        switch (fault.Kind)
        {
            case FaultKind.Html:
                exchange.Response.StatusCode = fault.StatusCode ?? 200;
                await exchange.SendHtmlAsync(LoginPage);
                return true;
            case FaultKind.Status:
                await SendStatusAsync(exchange, fault, fault.StatusCode ?? 500);
                return true;
            case FaultKind.RateLimited:
                if (fault.ResetSeconds is { } seconds)
                {
                    exchange.Response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{HubServer.BucketOf(exchange.Route.Kind)}\";r=0;t={seconds}");
                }

                await SendStatusAsync(exchange, fault, 429);
                return true;
            case FaultKind.Redirect:
                Redirect(exchange, fault, fault.Location!);
                return true;
            case FaultKind.RedirectLoop:
                Redirect(exchange, fault, $"{exchange.Request.Path}{(exchange.Request.Query.Length > 0 ? "?" : "")}{exchange.Request.Query}");
                return true;
            default:
                return false;
        }
    }

    private static Task SendStatusAsync(Exchange exchange, Fault fault, int status)
    {
        if (fault.RetryAfter is not null)
        {
            exchange.Response.Headers.RetryAfter = fault.RetryAfter;
        }

        if (status == 416)
        {
            exchange.Response.Headers.ContentRange = "bytes */0";
        }

        if (fault.HasHtmlBody)
        {
            exchange.Response.StatusCode = status;
            return exchange.SendHtmlAsync($"<!DOCTYPE html><html><body><h1>{status}</h1></body></html>");
        }

        return exchange.RefuseAsync(status, null, status == 429 ? "We had to rate limit you. Please retry later." : "Something went wrong");
    }

    private static void Redirect(Exchange exchange, Fault fault, string location)
    {
        exchange.Response.StatusCode = fault.StatusCode ?? 302;
        exchange.Response.Headers.Location = location;
    }
}
