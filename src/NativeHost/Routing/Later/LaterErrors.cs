using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Messages;

namespace NativeHost.Routing.Later;

/// <summary>Errors under the codes of the later envelope.</summary>
internal static class LaterErrors
{
    /// <summary>The code that a client of the later envelope knows; <c>details.code</c> has the exact one.</summary>
    public static string CodeOf(ErrorReply error) => error.Code switch
    {
        ErrorCode.FrameBoundaryLost or ErrorCode.UpgradeRequired => "PROTOCOL_ERROR",
        ErrorCode.InvalidJson => "JSON_ERROR",
        ErrorCode.InvalidRequest or ErrorCode.InvalidSettings => error.Details?.Field is null ? "BAD_REQUEST" : "VALIDATION_ERROR",
        ErrorCode.UnknownAction => "ROUTE_NOT_FOUND",
        ErrorCode.TooManyRequests or ErrorCode.RateLimited or ErrorCode.HubRateLimited => "RATE_LIMIT_EXCEEDED",
        ErrorCode.GatedLogin or ErrorCode.GatedAccept or ErrorCode.TokenInvalid or ErrorCode.GrantRequired or ErrorCode.LocalOnly => "AUTH_ERROR",
        ErrorCode.DiskFull or ErrorCode.CacheUnusable or ErrorCode.ModelUnreadable or ErrorCode.HashMismatch
            or ErrorCode.DatabaseBusy or ErrorCode.DatabaseTooNew or ErrorCode.DatabaseUnusable or ErrorCode.QuotaExceeded => "IO_ERROR",
        ErrorCode.EngineFailed or ErrorCode.EngineCrashed or ErrorCode.BrokerLost or ErrorCode.BrokerUnavailable
            or ErrorCode.NetworkFailed or ErrorCode.HubFailed or ErrorCode.Offline or ErrorCode.InsufficientMemory => "BACKEND_ERROR",
        ErrorCode.Internal or ErrorCode.ResponseTooLarge => "INTERNAL_ERROR",
        _ => "BAD_REQUEST",
    };

    /// <summary>Writes the value of <c>error</c>.</summary>
    /// <param name="route">What the client asked for.</param>
    public static void Write(Utf8JsonWriter json, ErrorReply error, string route, string id, JsonTypeInfo<ErrorDetails> detailsType)
    {
        var code = CodeOf(error);
        var message = error.Message ?? "";
        json.WriteStartObject();
        json.WriteString("code"u8, code);
        json.WriteString("message"u8, $"{PrefixOf(code, error)}{message}");
        json.WriteStartObject("details"u8);
        json.WriteString("code"u8, WireWord.Of(error.Code));
        if (code == "ROUTE_NOT_FOUND")
        {
            json.WriteString("route"u8, route);
        }

        if (code == "VALIDATION_ERROR")
        {
            json.WriteString("validation_message"u8, message);
        }

        if (code == "RATE_LIMIT_EXCEEDED")
        {
            json.WritePropertyName("retry_after"u8);
            if (error.Details?.RetryAfterMs is { } wait)
            {
                json.WriteNumberValue(Math.Ceiling(wait / 1000.0));
            }
            else
            {
                // It is free again when a request that is open has ended.
                json.WriteNullValue();
            }
        }

        if (error.Details is { } details)
        {
            foreach (var detail in JsonSerializer.SerializeToElement(details, detailsType).EnumerateObject())
            {
                detail.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.WriteString("request_id"u8, id);
        json.WriteEndObject();
    }

    private static string PrefixOf(string code, ErrorReply error) => code switch
    {
        "PROTOCOL_ERROR" => "Protocol error: ",
        "VALIDATION_ERROR" => $"Validation error in field '{error.Details?.Field}': ",
        "INTERNAL_ERROR" => "Internal error: ",
        "BACKEND_ERROR" => "Backend error: ",
        _ => "",
    };
}
