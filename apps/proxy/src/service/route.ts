import { FieldEdits, PathRewrite, type RetryPolicy, type RouteConditions } from '@spillway/core';
import type { RouteSettings } from '../config/configuration.ts';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { Service } from './service.ts';

/** A route in force: the service that its requests go to, and what they carry with them. */
export class Route implements RouteConditions {
  readonly host: RouteConditions['host'];
  readonly path: RouteConditions['path'];
  readonly methods: RouteConditions['methods'];
  readonly headers: RouteConditions['headers'];
  readonly service: Service;
  readonly rule: RouteSettings;
  readonly settings: ProxyConfig;
  readonly retryPolicy: RetryPolicy;
  /** Index of the class of its requests; -1: what each request says. */
  readonly priority: number;
  /** Null: as the client sent it. */
  readonly pathRewrite: PathRewrite | null;
  readonly requestEdits: FieldEdits | null;
  readonly responseEdits: FieldEdits | null;

  constructor(service: Service, rule: RouteSettings) {
    const { conditions, path, priorityClass, requestHeaders, responseHeaders } = rule;
    this.host = conditions.host;
    this.path = conditions.path;
    this.methods = conditions.methods;
    this.headers = conditions.headers;
    this.service = service;
    this.rule = rule;
    this.settings = rule.settings;
    this.retryPolicy = service.retryPolicy(rule.settings);
    this.priority = priorityClass === null ? -1 : service.classes.names.indexOf(priorityClass);
    const rewrites = path.stripPrefix !== undefined || path.addPrefix !== undefined;
    this.pathRewrite = rewrites ? new PathRewrite(path) : null;
    this.requestEdits = requestHeaders && new FieldEdits(requestHeaders);
    this.responseEdits = responseHeaders && new FieldEdits(responseHeaders);
  }
}
