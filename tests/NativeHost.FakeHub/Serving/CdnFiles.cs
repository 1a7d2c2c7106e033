namespace NativeHost.Testing;

/// <summary>The CDN: gives large files to who has a signed address, and nothing to who shows it a token.</summary>
internal static class CdnFiles
{
    private const string Denied = """<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>""";

    public static async Task SendAsync(Exchange exchange)
    {
        var response = exchange.Response;
        response.Headers["X-Amz-Cf-Id"] = "fake-cf-id";
        if (exchange.Request.HasAuthorization)
        {
            response.StatusCode = 400;
            await exchange.SendTextAsync("Only one auth mechanism allowed");
            return;
        }

        if (exchange.Hub.Links.Find(exchange) is not { } file)
        {
            response.StatusCode = 403;
            await exchange.SendAsync("application/xml", System.Text.Encoding.UTF8.GetBytes(Denied));
            return;
        }

        response.ContentType = "application/octet-stream";
        exchange.Hub.BeginTransfer();
        try
        {
            await FileAnswer.SendAsync(exchange, file.Content, $"\"{file.XetHash}\"", mayCompress: false);
        }
        finally
        {
            exchange.Hub.EndTransfer();
        }
    }
}
