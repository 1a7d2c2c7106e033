namespace NativeHost.ModelCache.Hub;

/// <summary>Kinds of requests that the hub counts apart.</summary>
public enum RateBucket
{
    /// <summary>Questions about repositories.</summary>
    Api,

    /// <summary>Questions where the bytes of a file are.</summary>
    Resolvers,
}
