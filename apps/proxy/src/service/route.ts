import type { RetryPolicy } from '@spillway/core';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { RouteSettings } from '../config/configuration.ts';
import type { Service } from './service.ts';

/** A route in force: the service that its requests go to, and the settings that they carry with them. */
export class Route {
  readonly service: Service;
  readonly rule: RouteSettings;
  readonly settings: ProxyConfig;
  readonly retryPolicy: RetryPolicy;
  /** Index of the class of its requests; -1: what each request says. */
  readonly priority: number;

  constructor(service: Service, rule: RouteSettings) {
    this.service = service;
    this.rule = rule;
    this.settings = rule.settings;
    this.retryPolicy = service.retryPolicy(rule.settings);
    this.priority =
      rule.priorityClass === null ? -1 : service.classes.names.indexOf(rule.priorityClass);
  }
}
